// Records of close(), of CLOSING and CLOSED, and of closing while the network takes nothing.
import { expect } from 'vitest';
import { WebSocketPeer } from '../../../../host/godot4/websocket/web-socket-peer.js';
import { type Contact, pause, type Role, until } from '../../../helpers/game.js';
import { recordIds, type Scenario, type Stage, Unjudged } from '../../../helpers/game-records.js';
import type { RawPeer } from '../../../helpers/raw-peer.js';
import { closeBody, frame, OP, unmaskedHex, type WireFrame } from '../../../helpers/raw-peer-frames.js';

const { STATE_CLOSED, STATE_CLOSING } = WebSocketPeer;

const REASONS: Record<string, string> = {
  '123 bytes)': 'r'.repeat(123),
  '124 bytes)': 'r'.repeat(124),
  '126 bytes)': '€'.repeat(42),
  '123 bytes)#2': '€'.repeat(41),
};

/** `close(code,reason)` as an id writes it. */
function argumentsOf(call: string): [code: number, reason: string] {
  const comma = call.indexOf(',');
  const rest = call.slice(comma + 1);
  return [Number(call.slice('close('.length, comma)), REASONS[rest] ?? rest.slice(0, -1)];
}

interface CloseCall {
  readonly state_immediately: string;
  readonly wire_unmasked: string;
  readonly tcp_open: boolean;
}

/** A long frame is recorded as its start and `...(n bytes)`, n with the mask. */
function compareCall(actual: unknown, expected: unknown): void {
  if (typeof expected === 'string') {
    expect(actual).toBe(expected);
    return;
  }
  const ours = actual as CloseCall;
  const theirs = expected as CloseCall;
  expect([ours.state_immediately, ours.tcp_open]).toEqual([theirs.state_immediately, theirs.tcp_open]);
  const [start, length] = theirs.wire_unmasked.split('...(');
  if (length === undefined) expect(ours.wire_unmasked).toBe(start);
  else expect(ours.wire_unmasked.slice(0, start.length)).toBe(start);
  if (length !== undefined) expect(ours.wire_unmasked.length / 2 + 4).toBe(Number.parseInt(length, 10));
}

async function playCall(stage: Stage, call: string): Promise<void> {
  const [code, reason] = argumentsOf(call);
  const { peer, raw } = await stage.client();
  stage.quiet();
  peer.close(code, reason);
  const dropped = code < 0;
  const state = dropped ? STATE_CLOSED : STATE_CLOSING;
  const immediately = peer.get_ready_state() === state;
  await until(() => (dropped ? raw.hasEnded : raw.received.length > 0), 'the close frame');
  const frames = raw.takeFrames();
  const wire = unmaskedHex(frame(OP.CLOSE, frames[0]?.payload ?? ''));
  stage.note(`closecall.${call}`, peer, {
    state_immediately: immediately ? (dropped ? 'CLOSED' : 'CLOSING') : 'something else',
    wire_unmasked: frames.length === 0 ? '' : wire,
    tcp_open: !raw.hasEnded,
  });
  if (dropped) return;
  raw.send(frame(OP.CLOSE, frames[0].payload));
  await stage.pollTo(STATE_CLOSED, peer);
  await until(() => raw.hasEnded, 'the end of TCP');
  stage.note(`closecall.echo.${call}`, peer, unmaskedHex(raw.take()));
}

function closeCalls(): Scenario[] {
  const ids = recordIds('closecall.');
  const callOf = (id: string): string => id.slice(id.indexOf('close(', 'closecall.'.length));
  return [...new Set(ids.map(callOf))].map((call) => ({
    records: ids.filter((id) => callOf(id) === call),
    play: (stage) => playCall(stage, call),
    compare: compareCall,
  }));
}

const closing: Scenario = {
  records: [
    'closing.start',
    'closing.get_packet',
    'closing.get_packet_error',
    'closing.send',
    'closing.put_empty',
    'closing.host',
    'closing.close_again',
    'closing.ping',
    'closing.data',
    'closing.peer_reply_differs',
    'closing.tcp',
    'closed.get_packet',
    'closed.host',
    'closed.close(-1)',
    'closed.reconnect',
  ],
  play: async (stage) => {
    const { peer, raw } = await stage.client();
    raw.send(frame(OP.TEXT, 'unread'));
    await stage.poll(() => peer.get_available_packet_count() === 1, 'a packet', peer);
    stage.call('closing.start', peer, () => peer.close(4000, 'mine'));
    await until(() => raw.takeFrames().some(({ opcode }) => opcode === OP.CLOSE), 'the close frame');
    stage.call('closing.get_packet', peer, () => peer.get_packet());
    stage.call('closing.get_packet_error', peer, () => peer.get_packet_error());
    stage.call('closing.send', peer, () => peer.send(Uint8Array.of(1)));
    stage.call('closing.put_empty', peer, () => peer.put_packet(new Uint8Array(0)));
    stage.call('closing.host', peer, () => peer.get_connected_host());
    peer.close(4001, 'again');
    stage.note('closing.close_again', peer, unmaskedHex(raw.take()));
    await stage.told(peer, () => raw.send(frame(OP.PING, 'x')));
    await quietly(peer);
    stage.note('closing.ping', peer, unmaskedHex(raw.take()));
    await stage.told(peer, () => raw.send(frame(OP.TEXT, 'late')));
    await stage.poll(() => peer.get_available_packet_count() === 1, 'the late packet', peer);
    stage.note('closing.data', peer, peer.get_available_packet_count());
    peer.get_packet();
    raw.send(frame(OP.CLOSE, closeBody(4321, 'yours')));
    await stage.pollTo(STATE_CLOSED, peer);
    stage.note('closing.peer_reply_differs', peer, new Unjudged('counts polls'));
    await until(() => raw.hasEnded, 'the end of TCP');
    stage.note('closing.tcp', peer, raw.hasEnded ? 0 : 2);
    stage.call('closed.get_packet', peer, () => peer.get_packet());
    stage.call('closed.host', peer, () => peer.get_connected_host());
    stage.call('closed.close(-1)', peer, () => peer.close(-1));
    stage.call('closed.reconnect', peer, () => peer.connect_to_url('ws://127.0.0.1:9/'));
  },
};

/** A few frames in which nothing is to happen. */
async function quietly(peer: WebSocketPeer): Promise<void> {
  for (let frames = 0; frames < 3; frames += 1) {
    peer.poll();
    await pause();
  }
}

const negativeInClosing: Scenario = {
  records: ['closing.close-1'],
  play: async (stage) => {
    const { peer } = await stage.client();
    peer.close();
    stage.call('closing.close-1', peer, () => peer.close(-1));
  },
};

const flood: Scenario = {
  records: ['closing.flood', 'closing.flood.fin'],
  play: async (stage) => {
    const { peer, raw } = await stage.client((fresh) => {
      fresh.inbound_buffer_size = 1000;
    });
    peer.close();
    raw.send(...[1, 2, 3].map((byte) => frame(OP.BINARY, new Uint8Array(900).fill(byte))));
    raw.send(frame(OP.CLOSE, closeBody(1000)));
    await stage.pollTo(STATE_CLOSED, peer);
    stage.note('closing.flood', peer, null);
    raw.end();
    await quietly(peer);
    stage.note('closing.flood.fin', peer, null);
  },
};

const buffered: Scenario = {
  records: ['misc.closing.poll_buffered'],
  play: async (stage) => {
    const { peer } = await stage.client();
    peer.close();
    stage.call('misc.closing.poll_buffered', peer, () => peer.get_current_outbound_buffered_amount());
  },
};

interface Blocked extends Contact {
  /** Data packets that `send` has taken. */
  accepted: number;
}

/** An open connection whose output is stuck, with 60000 bytes waiting. */
async function block(stage: Stage, role: Role): Promise<Blocked> {
  const { peer, raw } = await stage.open(role);
  raw.stopReading();
  let accepted = 0;
  while (peer.send(new Uint8Array(10000)) === 0) accepted += 1;
  stage.quiet();
  return { peer, raw, accepted };
}

function playFull(stage: Stage, role: Role, blocked: Blocked): void {
  const { peer } = blocked;
  const call = (name: string, size: number): void => {
    const id = `blocked.${name}.${role}`;
    if (recordIds(id).length === 0) return;
    stage.call(id, peer, () => peer.send(new Uint8Array(size)));
  };
  stage.note(`blocked.fill.${role}`, peer, peer.get_current_outbound_buffered_amount() === 60000);
  call('too_much', 5536);
  call('fits', 5535);
  call('one_more', 1);
  call('empty_ok', 0);
  blocked.accepted += 2;
}

async function playWire(stage: Stage, role: Role, { peer, raw, accepted }: Blocked): Promise<void> {
  const frames: WireFrame[] = [];
  raw.readOn();
  const closed = (): boolean => {
    frames.push(...raw.takeFrames());
    return frames.at(-1)?.opcode === OP.CLOSE;
  };
  await stage.poll(closed, 'the close frame', peer);
  const seen = frames.filter(({ opcode }) => opcode === OP.BINARY).length - accepted;
  const last = frames.slice(-3).map(({ opcode, payload }) => [opcode, payload.length]);
  stage.note(`blocked.close.wire.${role}`, peer, [seen, last]);
}

async function answerClose(stage: Stage, role: Role, peer: WebSocketPeer, raw: RawPeer): Promise<void> {
  raw.send(frame(OP.CLOSE, closeBody(1000, 'bye'), { masked: role === 'server' }));
  await stage.pollTo(STATE_CLOSED, peer);
  stage.note(`blocked.close.done.${role}`, peer, null);
}

function blockedOutput(role: Role): Scenario {
  return {
    records: recordIds('blocked.').filter((id) => id.endsWith(`.${role}`) && !id.includes('close-1')),
    play: async (stage) => {
      const blocked = await block(stage, role);
      const { peer, raw } = blocked;
      playFull(stage, role, blocked);
      if (role === 'client') {
        await stage.told(peer, () => raw.send(frame(OP.PING, 'ping')));
        peer.poll();
        stage.note('blocked.pong_counts.client', peer, peer.get_current_outbound_buffered_amount());
      }
      peer.close(1000, 'bye');
      stage.note(`blocked.close.${role}`, peer, peer.get_current_outbound_buffered_amount());
      await playWire(stage, role, blocked);
      await answerClose(stage, role, peer, raw);
    },
  };
}

function blockedDrop(role: Role): Scenario {
  return {
    records: [`blocked.close-1.${role}`],
    play: async (stage) => {
      const { peer } = await block(stage, role);
      stage.call(`blocked.close-1.${role}`, peer, () => peer.close(-1));
    },
  };
}

export const CLOSING_SCENARIOS: readonly Scenario[] = [
  ...closeCalls(),
  closing,
  negativeInClosing,
  flood,
  buffered,
  blockedOutput('client'),
  blockedOutput('server'),
  blockedDrop('client'),
  blockedDrop('server'),
];
