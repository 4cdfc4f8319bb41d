// Arbitrary steps for one WebSocketPeer in property tests: any call of the game, any event of the other side, the
// network and time.
import fc from 'fast-check';
import { WebSocketPeer } from '../../host/godot4/websocket/web-socket-peer.js';
import type { MemoryPeer } from './memory-stream-peer.js';
import { world } from './memory-stream-platform.js';
import { closeBody } from './raw-peer-frames.js';
import { answerTo, headEnd, requestFor } from './raw-peer-handshake.js';

const { STATE_CLOSED, STATE_CLOSING, STATE_CONNECTING } = WebSocketPeer;

/** What the game or the network does next; returns a complaint, '' when all is as documented. */
export type Step = (here: MemoryPeer) => string;

/** A step that cannot go wrong by itself. */
function doing(act: (here: MemoryPeer) => void): Step {
  return (here) => {
    act(here);
    return '';
  };
}

export const bytes = fc.uint8Array({ maxLength: 300 });

function oneOf(what: string, value: number, allowed: readonly number[]): string {
  return allowed.includes(value) ? '' : `${what} returned ${value}`;
}

const SENT = [0, 1, 6, 30];

function checkedClose(here: MemoryPeer, code: number, reason: string): string {
  const before = here.peer.get_ready_state();
  here.peer.close(code, reason);
  const after = here.peer.get_ready_state();
  if (before === STATE_CLOSED) return after === STATE_CLOSED ? '' : 'close() woke a closed peer';
  if (code < 0 || before === STATE_CONNECTING) return after === STATE_CLOSED ? '' : `close left state ${after}`;
  return after === STATE_CLOSING ? '' : `close(${code}) in ${before} led to ${after}`;
}

/** The game's calls. */
export const call: fc.Arbitrary<Step> = fc.oneof(
  fc.constant<Step>((here) => {
    here.peer.poll();
    return '';
  }),
  fc.tuple(bytes, fc.integer({ min: -1, max: 2 })).map<Step>(
    ([message, mode]) =>
      ({ peer }) =>
        oneOf('send', peer.send(message, mode as WebSocketPeer.WriteMode), SENT),
  ),
  fc.string({ unit: 'binary', maxLength: 300 }).map<Step>(
    (message) =>
      ({ peer }) =>
        oneOf('send_text', peer.send_text(message), [0, 1, 6]),
  ),
  bytes.map<Step>(
    (message) =>
      ({ peer }) =>
        oneOf('put_packet', peer.put_packet(message), [0, 1, 6]),
  ),
  fc.constant<Step>(({ peer }) => {
    const waiting = peer.get_available_packet_count();
    peer.get_packet();
    const left = peer.get_available_packet_count();
    return left < waiting || (waiting === 0 && left === 0) ? '' : `get_packet left ${left} of ${waiting}`;
  }),
  fc.constant<Step>(({ peer }) => oneOf('get_packet_error', peer.get_packet_error(), [0, 1, 2])),
  fc.constantFrom('ws://127.0.0.1:1/', '', 'http://x/', 'ws://').map<Step>(
    (url) =>
      ({ peer }) =>
        oneOf('connect_to_url', peer.connect_to_url(url), [0, 22, 31]),
  ),
  fc.constant<Step>(({ peer }) => oneOf('accept_stream', peer.accept_stream(null), [22, 31])),
  fc.tuple(fc.constantFrom(1000, 0, 4000, 1005, 70000, -1), fc.string({ maxLength: 200 })).map<Step>(
    ([code, reason]) =>
      (here) =>
        checkedClose(here, code, reason),
  ),
  fc.record({ ms: fc.nat(2000), size: fc.integer({ min: -1, max: 400 }) }).map<Step>(({ ms, size }) => ({ peer }) => {
    peer.heartbeat_interval = ms / 1000;
    peer.message_timeout = ms / 1000;
    peer.inbound_buffer_size = size;
    peer.outbound_buffer_size = size;
    peer.max_queued_packets = size;
    return '';
  }),
  fc.constant<Step>(({ peer }) => {
    peer.get_connected_host();
    peer.get_connected_port();
    peer.set_no_delay(true);
    const url = typeof peer.get_requested_url() === 'string' && typeof peer.get_selected_protocol() === 'string';
    return url && peer.get_current_outbound_buffered_amount() >= 0 ? '' : 'a getter is out of range';
  }),
);

export const opcode = fc.constantFrom(0, 1, 1, 2, 2, 8, 9, 10, 3, 15);

/** What the other side and the time do. */
export const event: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .record({ opcode, data: bytes, fin: fc.boolean(), split: fc.integer({ min: 1, max: 400 }) })
      .map<Step>((next) => (here) => {
        const data = next.opcode === 8 && next.data.length > 1 ? closeBody(1000, 'bye') : next.data;
        const control = next.opcode >= 8 ? data.slice(0, 125) : data;
        const wire = here.frame(next.opcode, control, { fin: next.fin || next.opcode >= 8 });
        here.stream.deliver(wire, next.split);
        return '';
      }),
  },
  { weight: 1, arbitrary: bytes.map((data) => doing((here) => here.stream.deliver(data))) },
  { weight: 1, arbitrary: fc.constant(doing((here) => here.stream.end())) },
  { weight: 1, arbitrary: fc.constant(doing((here) => here.stream.reset())) },
  { weight: 2, arbitrary: fc.constant(doing((here) => here.stream.block())) },
  { weight: 2, arbitrary: fc.constant(doing((here) => here.stream.release())) },
  { weight: 4, arbitrary: fc.constant(doing(() => world.loop.turn())) },
  { weight: 2, arbitrary: fc.nat(3000).map((ms) => doing(() => world.loop.advance(ms))) },
  { weight: 1, arbitrary: fc.nat(60000).map((ms) => doing(() => world.loop.stall(ms))) },
);

/** The other side's half of the handshake, whenever it comes. */
export const greet: fc.Arbitrary<Step> = fc.integer({ min: 1, max: 200 }).map((split) => (here) => {
  here.stream.open();
  here.peer.poll();
  const written = here.stream.writes[0];
  if (here.side === 'server') here.stream.deliver(requestFor(), split);
  else if (written !== undefined && headEnd(written) > 0) here.stream.deliver(answerTo(written), split);
  here.peer.poll();
  return '';
});
