// What the client did in each recorded session of Godot 3's WebSocketServer, and what is otherwise here, with the reason.

import type { RawPeer } from '../helpers/raw-peer.js';
import { closeBody, frame, OP } from '../helpers/raw-peer-frames.js';
import { head } from '../helpers/raw-peer-handshake.js';

export interface Situation {
  /** Bytes of the request; the usual one when there are none. */
  request?: Uint8Array;
  /** What the client does when it is in. */
  inside?: (raw: RawPeer) => void;
  /** What it does when it was sent away from within: answers the close frame, or not. */
  afterClose?: (raw: RawPeer) => void;
  /** The server gives up soon, so that nobody waits. */
  isImpatient?: boolean;
  /** What the game hears here, where that differs; likewise what the client sees. */
  events?: readonly string[];
  saw?: readonly string[];
  because?: string;
}

const KEY = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
const USUAL = ['Host: x', 'Upgrade: websocket', 'Connection: Upgrade', KEY, 'Sec-WebSocket-Version: 13'];
const without = (name: string): string[] => USUAL.filter((line) => !line.startsWith(name));
const instead = (line: string): string[] => [...without(line.slice(0, line.indexOf(':'))), line];
const request = (lines: readonly string[], first = 'GET / HTTP/1.1'): Uint8Array => head([first, ...lines]);

const OPENED = '[0] client_connected(ID,) addr=127.0.0.1 has=True idrange=True';
const GONE = '[0] client_disconnected(ID,False) has=True conn=False';
const CLOSED_FRAME = '<- op=8 fin=1 rsv=0 masked=False';
const HEAD_ANSWER =
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
  'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=';
const ANSWER = `RESP ${JSON.stringify(`${HEAD_ANSWER}\r\nX-Extra: one\r\nX-Two: two`)}`;
const RFC_6455 = 'requests are judged as RFC 6455 §4.2.1 says';

/** Says goodbye as soon as it is in. */
const bye = (raw: RawPeer): void => raw.send(frame(OP.CLOSE, closeBody(1000), { masked: true }));
const accepted = (lines: readonly string[]): Situation => ({ request: request(lines), inside: bye });
const refused = (status: number, bytes: Uint8Array): Situation => ({
  request: bytes,
  saw: [`RESP ${status}`, '<- EOF'],
  because: 'a refusal is answered in HTTP',
});
const alsoRefused = (status: number, lines: readonly string[]): Situation => ({
  ...refused(status, request(lines)),
  events: [],
  because: RFC_6455,
});
const closes = (code: number, reason = ''): Situation => ({
  inside: (raw) => raw.send(frame(OP.CLOSE, closeBody(code, reason), { masked: true })),
});
const violation = (code: number, bytes: Uint8Array): Situation => ({
  inside: (raw) => raw.send(bytes),
  events: [OPENED, GONE],
  saw: [ANSWER, `${CLOSED_FRAME} len=2 close code=${code} reason_hex=(0)`, '<- EOF'],
  because: 'after a protocol error the peer is gone, was_clean_close false',
});
const badClose = (code: number): Situation => violation(1002, frame(OP.CLOSE, closeBody(code), { masked: true }));
/** Registered since: a close code like others. */
const newClose = (code: number): Situation => ({
  ...closes(code),
  events: [OPENED, `[0] client_close_request(ID,${code},)`, '[0] client_disconnected(ID,True) has=True conn=False'],
  saw: [ANSWER, `${CLOSED_FRAME} len=2 close code=${code} reason_hex=(0)`, '<- EOF'],
  because: 'the codes 1012 to 1014 are accepted',
});
const says = (...messages: readonly string[]): ((raw: RawPeer) => void) => {
  return (raw) => raw.send(...messages.map((text) => frame(OP.TEXT, text, { masked: true })));
};
const late: Situation = {
  isImpatient: true,
  saw: ['<- EOF'],
  because: 'the timeout is shorter, so that nobody waits',
};
const NO_NUL = 'no NUL behind the reason';

export const SERVER_SITUATIONS: Readonly<Record<string, Situation>> = {
  'path+query': { request: request(USUAL, 'GET /some/path?q=1 HTTP/1.1'), inside: bye },
  'no host': alsoRefused(400, without('Host')),
  POST: refused(405, request(USUAL, 'POST / HTTP/1.1')),
  'HTTP/1.0': refused(505, request(USUAL, 'GET / HTTP/1.0')),
  'lowercase get': refused(405, request(USUAL, 'get / HTTP/1.1')),
  'no upgrade': refused(426, request(without('Upgrade'))),
  'upgrade WebSocket case': accepted(instead('Upgrade: WebSocket')),
  'upgrade list': refused(426, request(instead('Upgrade: foo'))),
  'connection keep-alive, Upgrade': accepted(instead('Connection: keep-alive, Upgrade')),
  'connection close': alsoRefused(400, instead('Connection: close')),
  'no connection header': refused(400, request(without('Connection'))),
  'version 8': refused(426, request(instead('Sec-WebSocket-Version: 8'))),
  'no version': refused(426, request(without('Sec-WebSocket-Version'))),
  'no key': refused(400, request(without('Sec-WebSocket-Key'))),
  'empty key': alsoRefused(400, instead('Sec-WebSocket-Key: ')),
  'short key': alsoRefused(400, instead('Sec-WebSocket-Key: abc')),
  'header with empty value': {
    ...accepted([...USUAL, 'X-Empty:']),
    events: [OPENED, '[0] client_close_request(ID,1000,)', '[0] client_disconnected(ID,True) has=True conn=False'],
    saw: [ANSWER, `${CLOSED_FRAME} len=2 close code=1000 reason_hex=(0)`, '<- EOF'],
    because: 'a header may have an empty value (RFC 9110 §5.5)',
  },
  'header no colon': refused(400, request([...USUAL, 'nonsense'])),
  'folded header': refused(400, request([...USUAL, 'X-Folded: a', ' b'])),
  'extensions offered': accepted([...USUAL, 'Sec-WebSocket-Extensions: permessage-deflate']),
  'P: none offered': refused(400, request(USUAL)),
  'P: foo': accepted([...USUAL, 'Sec-WebSocket-Protocol: foo']),
  'P: two headers': accepted([...USUAL, 'Sec-WebSocket-Protocol: zzz', 'Sec-WebSocket-Protocol: foo']),
  'P: FOO': refused(400, request([...USUAL, 'Sec-WebSocket-Protocol: FOO'])),
  'P: zzz': refused(400, request([...USUAL, 'Sec-WebSocket-Protocol: zzz'])),
  'big headers 3800': accepted([...USUAL, `X-Long: ${'y'.repeat(3600)}`]),
  'bare LF': refused(400, Buffer.from(Buffer.from(request(USUAL)).toString().replaceAll('\r', ''))),
  'no data: handshake timeout': { ...late, request: new Uint8Array(0) },
  'partial then timeout': { ...late, request: Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n') },
  garbage: refused(400, Uint8Array.of(0, 1, 2, 3, 13, 10, 13, 10)),
  'echo text and bin': {
    inside: (raw) => {
      says('echo t')(raw);
      raw.send(frame(OP.BINARY, 'echo b', { masked: true }));
      raw.send(frame(OP.CLOSE, closeBody(1000, 'bye'), { masked: true }));
    },
  },
  'close no code': { inside: (raw) => raw.send(frame(OP.CLOSE, '', { masked: true })) },
  'close 1001': closes(1001),
  'close 4999 reason': closes(4999, 'é€😀'),
  'close 1005 wire': badClose(1005),
  'close 1006 wire': badClose(1006),
  'close 1004': badClose(1004),
  'close code 1012': newClose(1012),
  'close code 1013': newClose(1013),
  'close code 1014': newClose(1014),
  'close code 1016': badClose(1016),
  'close code 1100': badClose(1100),
  'close code 2999': badClose(2999),
  'close code 3000': closes(3000),
  'close code 5000': badClose(5000),
  'close code 999': badClose(999),
  'tcp drop': { inside: (raw) => raw.end(), saw: [ANSWER, '<- EOF'], because: 'the stream is ended, not only left' },
  'unmasked frame': violation(1002, frame(OP.TEXT, 'x')),
  'rsv bit': violation(1002, frame(OP.TEXT, 'x', { masked: true, rsv: 4 })),
  'invalid utf8': violation(1007, frame(OP.TEXT, [0xff], { masked: true })),
  ping: {
    inside: (raw) => {
      raw.send(frame(OP.PING, 'yo', { masked: true }));
      bye(raw);
    },
  },
  pong: {
    inside: (raw) => {
      raw.send(frame(OP.PONG, 'yo', { masked: true }));
      bye(raw);
    },
  },
  'kick, client sends more then close': {
    inside: says('kick'),
    afterClose: (raw) => {
      says('more')(raw);
      raw.send(frame(OP.CLOSE, closeBody(4100), { masked: true }));
    },
    saw: [ANSWER, `${CLOSED_FRAME} len=8 close code=4100 reason_hex=6b69636b6564(6)`, '<- EOF'],
    because: NO_NUL,
  },
  'kick, client drops tcp': {
    inside: says('kick'),
    afterClose: (raw) => raw.end(),
    saw: [ANSWER, `${CLOSED_FRAME} len=8 close code=4100 reason_hex=6b69636b6564(6)`, '<- EOF'],
    because: 'here the client reads before it drops',
  },
  'peer.close': {
    inside: says('pclose'),
    afterClose: (raw) => raw.send(frame(OP.CLOSE, closeBody(4200), { masked: true })),
    saw: [ANSWER, `${CLOSED_FRAME} len=8 close code=4200 reason_hex=70636c6f7365(6)`, '<- EOF'],
    because: NO_NUL,
  },
  'two msgs in one poll': {
    inside: (raw) => {
      const text = (letter: string): Uint8Array => frame(OP.TEXT, letter, { masked: true });
      raw.send(text('a'), text('b'), frame(OP.BINARY, 'c', { masked: true }));
      bye(raw);
    },
  },
  '65535': {
    inside: (raw) => {
      raw.send(frame(OP.BINARY, 'z'.repeat(65535), { masked: true }));
      bye(raw);
    },
  },
  '65537': violation(1009, frame(OP.BINARY, 'z'.repeat(65537), { masked: true })),
  'data+close same segment': {
    inside: (raw) =>
      raw.send(frame(OP.TEXT, 'echo x', { masked: true }), frame(OP.CLOSE, closeBody(1000), { masked: true })),
  },
  'stop while connected': {
    inside: says('stop'),
    afterClose: (raw) => raw.send(frame(OP.CLOSE, closeBody(1000), { masked: true })),
  },
};
