// Records of what a peer makes of frames that the other side sends, right and wrong ones, in both roles.
import { expect } from 'vitest';
import { WebSocketPeer } from '../../../../host/godot4/websocket/web-socket-peer.js';
import { pause, type Role, until } from '../../../helpers/game.js';
import { goldenRecord, recordIds, type Scenario, type Stage } from '../../../helpers/game-records.js';
import { closeBody, type FrameOptions, frame, fromHex, OP, unmaskedHex } from '../../../helpers/raw-peer-frames.js';
import { DIFFERENCES } from './differences.js';

type Send = (opcode: number, data?: string | Uint8Array | readonly number[], options?: FrameOptions) => Uint8Array;

const PARTS = { fin: false } as const;
const HUGE = 1n << 40n;

/** What the other side sends, by the last part of the record's id. */
const INJECTIONS: Record<string, (send: Send, role: Role) => Uint8Array[]> = {
  text: (send) => [send(OP.TEXT, 'hi')],
  binary: (send) => [send(OP.BINARY, [1, 2, 3])],
  empty_text: (send) => [send(OP.TEXT)],
  empty_binary: (send) => [send(OP.BINARY)],
  frag3: (send) => [send(OP.TEXT, 'a', PARTS), send(OP.CONTINUATION, 'b', PARTS), send(OP.CONTINUATION, 'c')],
  frag_ping: (send) => [send(OP.TEXT, 'a', PARTS), send(OP.PING, 'pp'), send(OP.CONTINUATION, 'b')],
  frag_utf8_split: (send) => [send(OP.TEXT, [0xe2, 0x82], PARTS), send(OP.CONTINUATION, [0xac])],
  ping: (send) => [send(OP.PING, 'abc')],
  ping125: (send) => [send(OP.PING, 'a'.repeat(125))],
  ping3: (send) => ['1', '2', '3'].map((payload) => send(OP.PING, payload)),
  pong: (send) => [send(OP.PONG, 'unsolicited')],
  wrong_mask: (send, role) => [send(OP.TEXT, 'hi', { masked: role === 'client' })],
  rsv1: (send) => [send(OP.TEXT, 'hi', { rsv: 1 })],
  rsv2: (send) => [send(OP.TEXT, 'hi', { rsv: 2 })],
  rsv4: (send) => [send(OP.TEXT, 'hi', { rsv: 4 })],
  opcode3: (send) => [send(3)],
  opcode7: (send) => [send(7)],
  opcode11: (send) => [send(11)],
  opcode15: (send) => [send(15)],
  cont_first: (send) => [send(OP.CONTINUATION, 'x')],
  text_in_frag: (send) => [send(OP.TEXT, 'a', PARTS), send(OP.TEXT, 'b')],
  ping126: (send) => [send(OP.PING, 'p'.repeat(126))],
  ping_frag: (send) => [send(OP.PING, 'p', PARTS)],
  close_frag: (send) => [send(OP.CLOSE, closeBody(1000), PARTS)],
  len16_small: (send) => [send(OP.TEXT, 'hello', { lengthBits: 16 })],
  len64_small: (send) => [send(OP.TEXT, 'hello', { lengthBits: 64 })],
  len64_msb: (send) => [send(OP.TEXT, 'hello', { announced: 1n << 63n })],
  len64_huge_hdr: (send) => [send(OP.BINARY, '', { announced: HUGE })],
  len64_huge_hdr1: (send) => [send(OP.BINARY, 'x', { announced: HUGE })],
  text_bad_utf8: (send) => [send(OP.TEXT, [0x61, 0xff])],
  text_trunc_utf8: (send) => [send(OP.TEXT, [0x61, 0xe2, 0x82])],
  text_surrogate: (send) => [send(OP.TEXT, [0xed, 0xa0, 0x80])],
  text_overlong: (send) => [send(OP.TEXT, [0xc0, 0x80])],
  text_nul: (send) => [send(OP.TEXT, [0x61, 0, 0x62])],
  text_bad_utf8_failfast: (send) => [send(OP.TEXT, [0x61, 0xff], PARTS)],
  close_empty: (send) => [send(OP.CLOSE)],
  close_1byte: (send) => [send(OP.CLOSE, [3])],
  close_bad_utf8: (send) => [send(OP.CLOSE, closeBody(1000, Uint8Array.of(0xff)))],
  close_reason123: (send) => [send(OP.CLOSE, closeBody(1000, 'r'.repeat(123)))],
  close_reason_utf8: (send) => [send(OP.CLOSE, closeBody(4000, 'hé€'))],
  data_then_close: (send) => [send(OP.TEXT, 'last'), send(OP.CLOSE, closeBody(1000))],
  data_after_close: (send) => [send(OP.CLOSE, closeBody(1000)), send(OP.TEXT, 'late')],
  data_then_proto_error: (send) => [send(OP.TEXT, 'good'), send(3)],
  'toobig+1': (send) => [send(OP.BINARY, new Uint8Array(65536))],
  exact: (send) => [send(OP.BINARY, new Uint8Array(65535))],
  inb10_10: (send) => [send(OP.BINARY, new Uint8Array(10))],
  inb10_11: (send) => [send(OP.BINARY, new Uint8Array(11))],
  inb10_close11: (send) => [send(OP.CLOSE, closeBody(1000, 'r'.repeat(9)))],
  inb10_close_ring: (send) => [send(OP.CLOSE, closeBody(1000, 'r'.repeat(100)))],
};

function injectionOf(name: string): (send: Send, role: Role) => Uint8Array[] {
  const known = INJECTIONS[name];
  if (known !== undefined) return known;
  const code = Number(name.slice('close_'.length));
  if (!Number.isInteger(code)) throw new Error(`no bytes for ${name}`);
  return (send) => [send(OP.CLOSE, closeBody(code, 'why'))];
}

/** `inbound_buffer_size` that a record's setup names, or the default. */
function inboundOf(setup: string): number {
  const name = 'inbound_buffer_size ';
  const at = setup.indexOf(name);
  return at < 0 ? 65535 : Number(setup.slice(at + name.length));
}

interface Returned {
  readonly first_non_open_state: string;
  readonly wire_reply: { readonly bytes: number; readonly hex: string };
  readonly tcp_open_after: boolean;
}

/** The reply as if nobody had masked; of one that the record shows in part, that part. */
function plainReply({ hex }: { hex: string }): { start: string; whole: boolean } {
  const whole = !hex.endsWith('...');
  const bytes = fromHex(whole ? hex : hex.slice(0, -3));
  if (whole) return { start: unmaskedHex(bytes), whole };
  const masked = (bytes[1] & 0x80) !== 0;
  if (!masked) return { start: hex.slice(0, -3), whole };
  const mask = bytes.subarray(2, 6);
  const plain = bytes.slice(6).map((byte, i) => byte ^ mask[i & 3]);
  return { start: unmaskedHex(Uint8Array.of(bytes[0], bytes[1] & 0x7f)) + Buffer.from(plain).toString('hex'), whole };
}

function compare(actual: unknown, expected: unknown): void {
  const ours = actual as Returned;
  const theirs = expected as Returned;
  expect([ours.first_non_open_state, ours.tcp_open_after]).toEqual([
    theirs.first_non_open_state,
    theirs.tcp_open_after,
  ]);
  const { start, whole } = plainReply(theirs.wire_reply);
  if (whole) expect(ours.wire_reply.hex).toBe(start);
  else expect(ours.wire_reply.hex.slice(0, start.length)).toBe(start);
}

async function play(stage: Stage, id: string): Promise<void> {
  const [, role, ...rest] = id.split('.') as [string, Role, ...string[]];
  const record = goldenRecord(id);
  const { peer, raw } = await stage.open(role, (fresh) => {
    fresh.inbound_buffer_size = inboundOf(record.setup);
  });
  stage.quiet();
  const send: Send = (opcode, data, options) => frame(opcode, data, { masked: role === 'server', ...options });
  const wanted = { ...record, ...DIFFERENCES[id] };
  await stage.told(peer, () => raw.send(...injectionOf(rest.join('.'))(send, role)));
  const isOpen = (): boolean => peer.get_ready_state() === WebSocketPeer.STATE_OPEN;
  const arrived = (): boolean =>
    wanted.state_after === 'OPEN' ? peer.get_available_packet_count() === wanted.packets_after : !isOpen();
  await stage.poll(arrived, `${id} to take effect`, peer);
  const { wire_reply: reply, tcp_open_after: staysOpen } = wanted.returned as Returned;
  if (!staysOpen) await until(() => raw.hasEnded, 'the end of TCP');
  else if (reply.bytes > 0) await until(() => raw.received.length >= reply.bytes, 'the reply');
  for (let frames = 0; frames < 3; frames += 1) {
    peer.poll(); // nothing more happens
    await pause();
  }
  const hex = unmaskedHex(raw.take());
  stage.note(id, peer, {
    first_non_open_state: isOpen() ? 'OPEN' : 'CLOSED',
    wire_reply: { bytes: hex.length / 2, hex },
    tcp_open_after: !raw.hasEnded,
  });
}

export const INJECT_SCENARIOS: readonly Scenario[] = recordIds('inject.').map((id) => ({
  records: [id],
  play: (stage) => play(stage, id),
  compare,
}));
