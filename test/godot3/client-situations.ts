// What the server did in each recorded session of Godot 3's WebSocketClient, and what is otherwise here, with the reason.

import type { RawPeer } from '../helpers/raw-peer.js';
import { closeBody, frame, OP } from '../helpers/raw-peer-frames.js';
import { answerTo, head, headerOf } from '../helpers/raw-peer-handshake.js';

export interface Session {
  readonly raw: RawPeer;
  readonly request: string;
  /** Waits until the client has heard of `count` packets. */
  packets(count: number): Promise<void>;
  /** Waits for `count` frames of the client. */
  sees(count: number): Promise<void>;
}

export interface Situation {
  /** The server, from the request on. */
  serve(session: Session): void | Promise<void>;
  /** The server does not even read the request. */
  atOnce?: (raw: RawPeer) => void;
  /** What the game hears here, where that differs; likewise what the server sees. */
  events?: readonly string[];
  saw?: readonly string[];
  request?: string;
  because?: string;
}

const OPEN = ['status=1,uid=0', 'connection_established()', 'status=2,uid=0'];
const REFUSED = ['status=1,uid=0', 'connection_error', 'status=0,uid=0'];
const UNCLEAN = ['connection_closed(False)', 'status=0,uid=0'];
const CLOSE_FRAME = 'op=8 fin=1 rsv=0 masked=True';
const fill = (length: number, letter: string): Uint8Array => new Uint8Array(length).fill(letter.charCodeAt(0));

const answer = ({ raw, request }: Session, headers: readonly string[] = []): void => {
  raw.send(answerTo(request, headers));
};
const close = ({ raw }: Session, code = 1000, reason: string | Uint8Array = ''): void => {
  raw.send(frame(OP.CLOSE, closeBody(code, reason)));
};
const closeAtOnce = (code: number, reason: string | Uint8Array = ''): Situation['serve'] => {
  return (session) => {
    answer(session);
    close(session, code, reason);
  };
};
/** An answer of these lines, in which ACCEPT stands for the right value. */
const lines = (session: Session, wanted: readonly string[]): void => {
  const accept = headerOf(Buffer.from(answerTo(session.request)).toString('latin1'), 'sec-websocket-accept');
  session.raw.send(head(wanted.map((line) => line.replace('ACCEPT', accept))));
};
const requestWith = (...more: readonly string[]): string =>
  [
    'request: GET /some/path?q=1 HTTP/1.1',
    'Host: 127.0.0.1:PORT',
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Key: KEY',
    'Sec-WebSocket-Version: 13',
    ...more,
  ].join('\r\n');
const RIGHT = ['Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Accept: ACCEPT'];
const refusedAnswer = (...wanted: readonly string[]): Situation => ({
  serve: (session) => {
    lines(session, wanted);
    session.raw.end();
  },
});
const acceptedAnswer = (...wanted: readonly string[]): Situation => ({
  serve: (session) => {
    lines(session, wanted);
    close(session);
  },
});

const ZOMBIE = 'after a protocol error the peer is closed, was_clean_close false';
const violation = (bytes: Uint8Array): Situation => ({
  serve: (session) => {
    answer(session);
    session.raw.send(bytes);
  },
  events: [...OPEN, ...UNCLEAN],
  because: ZOMBIE,
});

const OWN_CLOSE = 'put_packet while closing fails, but connection_closed is emitted; no NUL behind the reason';
const closedByClient = (frames: readonly string[], reply: (session: Session) => void): Situation => ({
  serve: async (session) => {
    answer(session);
    await session.sees(1);
    reply(session);
  },
  events: [...OPEN, 'disconnect_called st=2 peerconn=True put=1 put_avail=0', ...UNCLEAN],
  saw: frames,
  because: OWN_CLOSE,
});
const dropsTcp = ({ raw }: Session): void => raw.end();
const answersClose =
  (code: number) =>
  ({ raw }: Session): void =>
    raw.send(frame(OP.CLOSE, closeBody(code)));

/** The engine's own answers to its close: none of these games sends anything after it. */
const leaves = (reply: (session: Session) => void): Situation => ({
  serve: async (session) => {
    answer(session);
    await session.sees(1);
    reply(session);
  },
});
const PEER_CLOSE: Situation = {
  ...leaves(answersClose(1002)),
  saw: [`${CLOSE_FRAME} len=4 close code=1002 reason_hex=c3a9(2)`],
  because: 'no NUL behind the reason',
};
const ID = (type: number, id: number): Uint8Array => frame(OP.BINARY, [type, 1, 0, 0, 0, 0, 0, 0, 0, id, 0, 0, 0]);
const letIn = ({ raw }: Session): void => raw.send(ID(3, 77), ID(1, 1));

const message = (text: string): Uint8Array => frame(OP.TEXT, text);

export const CLIENT_SITUATIONS: Readonly<Record<string, Situation>> = {
  'echo text+bin, server close 1000 bye': {
    serve: async (session) => {
      answer(session);
      session.raw.send(message('hi'));
      await session.packets(1);
      session.raw.send(frame(OP.BINARY, [0, 1, 2]));
      await session.packets(2);
      close(session, 1000, 'bye');
    },
  },
  'server close then linger no eof': { serve: closeAtOnce(1001) },
  'server close 4000 reason 123 bytes': { serve: closeAtOnce(4000, 'x'.repeat(123)) },
  'server close 1005 on wire': violation(frame(OP.CLOSE, closeBody(1005))),
  'server close code 5000': violation(frame(OP.CLOSE, closeBody(5000))),
  'server close 1-byte payload': {
    ...violation(frame(OP.CLOSE, [3])),
    saw: [`${CLOSE_FRAME} len=2 close code=1002 reason_hex=(0)`],
    because: 'a close body of one byte is a protocol error (§5.5.1)',
  },
  'server close bad utf8 reason': violation(frame(OP.CLOSE, closeBody(1000, Uint8Array.of(0xff)))),
  'tcp drop after handshake': {
    serve: (session) => {
      answer(session);
      session.raw.end();
    },
  },
  'tcp drop immediately': { serve: () => {}, atOnce: (raw) => raw.destroy() },
  'status 404 plain': refusedAnswer('HTTP/1.1 404 Not Found', 'Content-Length: 0'),
  'HTTP/1.0 101': refusedAnswer('HTTP/1.0 101 Switching Protocols', ...RIGHT),
  '101 no reason phrase': acceptedAnswer('HTTP/1.1 101', ...RIGHT),
  'lowercase http/1.1': refusedAnswer('http/1.1 101 Switching Protocols', ...RIGHT),
  'Connection: UPGRADE, Upgrade: WebSocket': acceptedAnswer(
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: WebSocket',
    'Connection: UPGRADE',
    'Sec-WebSocket-Accept: ACCEPT',
  ),
  'no Upgrade header': refusedAnswer('HTTP/1.1 101 Switching Protocols', ...RIGHT.slice(1)),
  'no accept': refusedAnswer('HTTP/1.1 101 Switching Protocols', ...RIGHT.slice(0, 2), 'X-More: 1'),
  'wrong accept': refusedAnswer('HTTP/1.1 101 Switching Protocols', ...RIGHT.slice(0, 2), 'Sec-WebSocket-Accept: AAAA'),
  'lowercased accept': {
    serve: (session) => {
      const right = Buffer.from(answerTo(session.request)).toString('latin1');
      session.raw.send(Buffer.from(right.replace(/(Accept: )(.*)/, (_all, name, value) => name + value.toLowerCase())));
    },
  },
  'unrequested protocol in response': refusedAnswer(
    'HTTP/1.1 101 Switching Protocols',
    ...RIGHT,
    'Sec-WebSocket-Protocol: foo',
  ),
  'protocols requested, second returned': {
    ...acceptedAnswer('HTTP/1.1 101 Switching Protocols', ...RIGHT, 'Sec-WebSocket-Protocol: bar'),
    request: requestWith('Sec-WebSocket-Protocol: foo,bar'),
    because: 'the protocols are sent without the blanks around them',
  },
  'protocols requested, other returned': refusedAnswer(
    'HTTP/1.1 101 Switching Protocols',
    ...RIGHT,
    'Sec-WebSocket-Protocol: bar',
  ),
  'extension in response': {
    ...refusedAnswer('HTTP/1.1 101 Switching Protocols', ...RIGHT, 'Sec-WebSocket-Extensions: permessage-deflate'),
    events: REFUSED,
    saw: [],
    because: 'an extension that nobody asked for fails the connection (RFC 6455 §4.1)',
  },
  'header > 4096': acceptedAnswer('HTTP/1.1 101 Switching Protocols', ...RIGHT, `X-Long: ${'y'.repeat(4200)}`),
  'header total 3900': acceptedAnswer('HTTP/1.1 101 Switching Protocols', ...RIGHT, `X-Long: ${'y'.repeat(3700)}`),
  'bare LF header': {
    serve: ({ raw, request }) =>
      raw.send(Buffer.from(Buffer.from(answerTo(request)).toString('latin1').replaceAll('\r', ''))),
    events: REFUSED,
    because: 'a bare LF is refused at once',
  },
  'no response (hang)': { serve: () => {} },
  'frame glued to handshake': {
    serve: (session) => {
      session.raw.send(
        answerTo(session.request),
        message('glued'),
        frame(OP.BINARY, 'two'),
        frame(OP.CLOSE, closeBody(1000)),
      );
    },
  },
  'glued frame + close + eof': {
    serve: ({ raw, request }) => {
      raw.send(answerTo(request), message('glued'), frame(OP.CLOSE, closeBody(1000, 'x')));
      raw.end();
    },
  },
  'ping/pong': {
    serve: (session) => {
      answer(session);
      session.raw.send(frame(OP.PING, 'pingdata'), frame(OP.PONG, 'unasked'));
      close(session);
    },
  },
  fragmented: {
    serve: async (session) => {
      answer(session);
      const { raw } = session;
      raw.send(frame(OP.TEXT, 'he', { fin: false }), frame(OP.PING), frame(OP.CONTINUATION, 'llo'));
      await session.packets(1);
      close(session);
    },
  },
  'masked frame from server': violation(frame(OP.TEXT, 'x', { masked: true })),
  'rsv1 frame': violation(frame(OP.TEXT, 'x', { rsv: 4 })),
  'bad opcode 3': violation(frame(3, 'x')),
  'continuation without start': violation(frame(OP.CONTINUATION, 'x')),
  'empty messages': {
    serve: (session) => {
      answer(session);
      session.raw.send(message(''), frame(OP.BINARY));
      close(session);
    },
  },
  '65535 bytes': {
    serve: (session) => {
      answer(session);
      session.raw.send(frame(OP.BINARY, fill(65535, 'z')));
      close(session);
    },
  },
  '65536 bytes': {
    serve: (session) => {
      answer(session);
      session.raw.send(frame(OP.BINARY, fill(65536, 'z')));
      close(session);
    },
    events: [
      ...OPEN,
      'data_received[avail=1]',
      `pkt(len=65536,${'7a'.repeat(16)},err=0,str=False)`,
      'server_close_request(1000,)',
      'connection_closed(True)',
      'status=0,uid=0',
    ],
    because: 'nothing that has come is dropped',
  },
  'two 40000 in one poll': {
    serve: (session) => {
      answer(session);
      session.raw.send(frame(OP.BINARY, fill(40000, 'z')), frame(OP.BINARY, fill(40000, 'y')));
      close(session);
    },
  },
  '1100 small messages at once (no read)': {
    serve: (session) => {
      answer(session);
      session.raw.send(...Array.from({ length: 1100 }, () => message('m')));
    },
    events: [...OPEN, ...Array.from({ length: 1024 }, (_, at) => `data_received[avail=${at + 1}]`)],
    saw: [],
    because: 'what has no room waits in the network, and data_received with it',
  },
  'client disconnect 4001 reason': closedByClient(
    [`${CLOSE_FRAME} len=8 close code=4001 reason_hex=736565207961(6)`],
    answersClose(4001),
  ),
  'client close, server drops tcp': closedByClient([`${CLOSE_FRAME} len=2 close code=1000 reason_hex=(0)`], dropsTcp),
  'client close, server sends data then close': closedByClient(
    [`${CLOSE_FRAME} len=2 close code=1000 reason_hex=(0)`],
    ({ raw }) => raw.send(message('late'), frame(OP.CLOSE, closeBody(1000))),
  ),
  'client close, server never replies': {
    ...closedByClient([`${CLOSE_FRAME} len=2 close code=1000 reason_hex=(0)`], () => {}),
    events: [...OPEN, 'disconnect_called st=2 peerconn=True put=1 put_avail=0'],
    because: 'the status stays while the close timeout of ten seconds runs',
  },
  'client close code 0': closedByClient([`${CLOSE_FRAME} len=0 close code=None reason_hex=(0)`], answersClose(1000)),
  'client close code 1005': closedByClient([`${CLOSE_FRAME} len=2 close code=1000 reason_hex=(0)`], answersClose(1000)),
  'client close code 999': closedByClient([`${CLOSE_FRAME} len=2 close code=1000 reason_hex=(0)`], answersClose(1000)),
  'client close reason 122': closedByClient(
    [`${CLOSE_FRAME} len=124 close code=1000 reason_hex=${'72'.repeat(20)}(122)`],
    answersClose(1000),
  ),
  'client close reason 123': closedByClient(
    [`${CLOSE_FRAME} len=125 close code=1000 reason_hex=${'72'.repeat(20)}(123)`],
    answersClose(1000),
  ),
  'peer.close() instead': PEER_CLOSE,
  'client sends': {
    serve: answer,
    events: [
      ...OPEN,
      'put bin=0',
      'put empty=0',
      'put text=0',
      'put text bad utf8=30',
      'put_var text=0',
      'put_var bin=0',
      'put 65535=0',
      'put 65536=6',
      'put 126=0',
      'outbound=0',
      'host=127.0.0.1 port=PORT',
      'client.put=3',
    ],
    saw: [
      'op=2 fin=1 rsv=0 masked=True len=3 payload=010203',
      'op=1 fin=1 rsv=0 masked=True len=6 payload=68c3a96c6c6f',
      'op=1 fin=1 rsv=0 masked=True len=12 payload=040000000100000078000000',
      'op=2 fin=1 rsv=0 masked=True len=28 payload=12000000010000000400000001000000610000000200000001000000',
      `op=2 fin=1 rsv=0 masked=True len=65535 payload=${'00'.repeat(40)}`,
      `op=2 fin=1 rsv=0 masked=True len=126 payload=${'00'.repeat(40)}`,
    ],
    because: 'text that is not UTF-8 is not sent',
  },
  'free client object': { serve: answer },
  'disconnect while handshaking': {
    serve: () => {},
    events: ['status=1,uid=0', 'disconnect_called st=0', 'status=0,uid=0'],
  },
  'mp client vs. plain server text': {
    serve: (session) => {
      answer(session);
      session.raw.send(message('hi'));
      close(session, 1000, 'bye');
    },
  },
  'mp client tcp drop after id': {
    serve: (session) => {
      answer(session);
      letIn(session);
      session.raw.end();
    },
  },
  'mp client disconnects': {
    serve: async (session) => {
      answer(session);
      letIn(session);
      await session.sees(1);
      answersClose(1000)(session);
    },
  },
  'mp client handshake reject': refusedAnswer('HTTP/1.1 403 Forbidden', 'Content-Length: 0'),
  'A disc default, server echoes close then closes tcp': leaves((session) => {
    answersClose(1000)(session);
    session.raw.end();
  }),
  'A disc default, server echoes close, keeps tcp': leaves(answersClose(1000)),
  'A disc, server sends data then close': leaves(({ raw }) =>
    raw.send(message('late'), frame(OP.CLOSE, closeBody(1000))),
  ),
  'A disc, server never replies': {
    ...leaves(() => {}),
    events: [...OPEN, 'disconnect_called st=2 peerconn=True'],
    because: 'the status stays while the close timeout of ten seconds runs',
  },
  'A disc then get': leaves(answersClose(1000)),
  'A disc twice': leaves(answersClose(1000)),
  'A disc then connect at once': { serve: answer },
  'A peer.close(1002,e-acute), echo': PEER_CLOSE,
  'A disc simultaneous with server close': {
    serve: (session) => {
      answer(session);
      close(session);
    },
    events: [
      'status=1,uid=0',
      'connection_established()',
      'status=2,uid=0',
      'disconnect_called st=2 peerconn=True',
      ...UNCLEAN,
    ],
    saw: [`${CLOSE_FRAME} len=2 close code=1000 reason_hex=(0)`],
  },
  'A server data pending at disc': leaves(({ raw }) => {
    raw.send(message('pending'), frame(OP.CLOSE, closeBody(1000)));
  }),
  'B proto error masked, server replies close + tcp close': violation(frame(OP.TEXT, 'x', { masked: true })),
  'B proto error close1005, server replies close + tcp close': violation(frame(OP.CLOSE, closeBody(1005))),
  'B proto error oversize, server replies close + tcp close': violation(frame(OP.BINARY, fill(65537, 'z'))),
  'B proto error, then client disconnect': violation(frame(OP.TEXT, 'x', { masked: true })),
  'C data after close frame': {
    serve: ({ raw, request }) => raw.send(answerTo(request), frame(OP.CLOSE, closeBody(1000, 'bye')), message('after')),
  },
  'C data then tcp drop, noread': {
    serve: (session) => {
      answer(session);
      session.raw.send(message('x'));
      session.raw.end();
    },
  },
  'C ping 125 then 126': {
    ...violation(new Uint8Array([...frame(OP.PING, 'p'.repeat(125)), ...frame(OP.PING, 'p'.repeat(126))])),
    saw: [
      `op=10 fin=1 rsv=0 masked=True len=125 payload=${'70'.repeat(40)}`,
      `${CLOSE_FRAME} len=2 close code=1002 reason_hex=(0)`,
    ],
    because: 'a 1002 close frame is sent first',
  },
  'C fragmented ping': {
    ...violation(frame(OP.PING, 'p', { fin: false })),
    saw: [`${CLOSE_FRAME} len=2 close code=1002 reason_hex=(0)`],
    because: 'a 1002 close frame is sent first',
  },
  'C new text inside fragment': violation(
    new Uint8Array([...frame(OP.TEXT, 'a', { fin: false }), ...frame(OP.TEXT, 'b')]),
  ),
  'C utf8 incomplete at end': violation(frame(OP.TEXT, [0xc3])),
  'C utf8 surrogate': violation(frame(OP.TEXT, [0xed, 0xa0, 0x80])),
  'C fragmented sum 70000': violation(
    new Uint8Array([
      ...frame(OP.BINARY, fill(35000, 'z'), { fin: false }),
      ...frame(OP.CONTINUATION, fill(35000, 'z')),
    ]),
  ),
};
