// Records in which time passes: real sockets, and a clock that the test moves.
import { sockets } from '#platform';
import { WebSocketPeer } from '../../../../host/godot4/websocket/web-socket-peer.js';
import { StreamPhase } from '../../../../host/transport/byte-stream.js';
import { type Contact, pause, type Role, until } from '../../../helpers/game.js';
import type { Scenario, Stage } from '../../../helpers/game-records.js';
import { MemoryStream } from '../../../helpers/memory-stream.js';
import type { MemoryLoop } from '../../../helpers/memory-stream-loop.js';
import { frame, OP, toHex, type WireFrame } from '../../../helpers/raw-peer-frames.js';

const { STATE_CLOSED, STATE_OPEN } = WebSocketPeer;

/** What happened, in milliseconds since OPEN: a frame (its first two bytes and its size) or the end. */
type Timeline = (readonly [ms: number, first: string, size?: number])[];

interface Watched extends Contact {
  readonly role: Role;
  /** What the other side does with a frame. */
  readonly answer: (frame: WireFrame) => void;
  readonly timeline: Timeline;
}

function sizeOf({ header, masked, payload }: WireFrame): number {
  return header.length + (masked ? 4 : 0) + payload.length;
}

/** One game frame: polls, and lets everything that is under way arrive. */
async function step(watched: Watched, ms: number): Promise<void> {
  const { peer, raw, timeline, answer } = watched;
  peer.poll();
  // The deadline asks for a turn; what was written comes out on the other side.
  for (let turns = 0; turns < 3; turns += 1) await pause(0);
  peer.poll();
  await pause(2);
  for (const seen of raw.takeFrames()) {
    timeline.push([ms, toHex(seen.header.subarray(0, 2)), sizeOf(seen)]);
    answer(seen);
  }
  await pause(2);
}

/** Watches a peer in steps of 50 ms of the test's clock. */
async function watch(stage: Stage, clock: MemoryLoop, watched: Watched, length: number): Promise<Timeline> {
  const { peer, timeline } = watched;
  for (let ms = 0; ms <= length; ms += 50) {
    await step(watched, ms);
    if (peer.get_ready_state() === STATE_CLOSED) {
      timeline.push([ms, 'CLOSED']);
      break;
    }
    clock.advance(50);
  }
  stage.reports.clear();
  return timeline;
}

const silent = (): void => {};

function ponging({ raw }: Contact, role: Role, opcode: number, payload: string): (seen: WireFrame) => void {
  return (seen) => {
    if (seen.opcode === OP.PING) raw.send(frame(opcode, payload, { masked: role === 'server' }));
  };
}

interface Watch {
  readonly id: string;
  readonly configure?: (peer: WebSocketPeer) => void;
  readonly role?: Role;
  readonly answers?: readonly [opcode: number, payload: string];
  readonly before?: (contact: Contact) => Promise<void> | void;
}

function heartbeat(clock: MemoryLoop, { id, configure, role = 'client', answers, before = silent }: Watch): Scenario {
  return {
    records: [id],
    play: async (stage) => {
      const contact = await stage.open(role, (peer) => {
        peer.heartbeat_interval = 0.2;
        configure?.(peer);
      });
      const answer = answers === undefined ? silent : ponging(contact, role, ...answers);
      await before(contact);
      const timeline = await watch(stage, clock, { ...contact, role, answer, timeline: [] }, 700);
      stage.note(id, contact.peer, timeline);
    },
  };
}

/** The engine saw its own clock's jitter; steps here are 50 ms. The order and the kinds are exact. */
function compareTimelines(actual: unknown, expected: unknown): string | null {
  const ours = actual as Timeline;
  const theirs = expected as Timeline;
  const kinds = (line: Timeline): unknown[] => line.map(([, first, size]) => [first, size]);
  if (JSON.stringify(kinds(ours)) !== JSON.stringify(kinds(theirs))) return `${JSON.stringify(ours)}`;
  const late = ours.findIndex(([ms], i) => Math.abs(ms - theirs[i][0]) > 50);
  return late < 0 ? null : `at ${ours[late][0]} instead of ${theirs[late][0]} ms`;
}

function compare(actual: unknown, expected: unknown): void {
  const difference = Array.isArray(expected) ? compareTimelines(actual, expected) : null;
  if (difference !== null) throw new Error(difference);
  if (!Array.isArray(expected) && actual !== expected) throw new Error(`${String(actual)} is not ${String(expected)}`);
}

function heartbeats(clock: MemoryLoop): Scenario[] {
  const firstPing = async ({ raw }: Contact): Promise<void> => {
    await until(() => raw.takeFrames().length > 0, 'the ping at OPEN');
  };
  const close = async (contact: Contact): Promise<void> => {
    await firstPing(contact);
    contact.peer.close();
  };
  const off = async (contact: Contact): Promise<void> => {
    await firstPing(contact);
    contact.peer.heartbeat_interval = 0;
  };
  const five = ({ raw }: Contact): void => raw.send(...[1, 2, 3, 4, 5].map((byte) => frame(OP.BINARY, [byte])));
  const shortQueue = (peer: WebSocketPeer): void => {
    peer.max_queued_packets = 2;
  };
  const noQueue = (peer: WebSocketPeer): void => {
    peer.max_queued_packets = 0;
  };
  const watches: readonly Watch[] = [
    { id: 'heartbeat.no_pong.client' },
    { id: 'heartbeat.no_pong.server', role: 'server', before: firstPing },
    { id: 'heartbeat.pong_payload.client', answers: [OP.PONG, 'unrelated'] },
    { id: 'heartbeat.data_no_pong.client', answers: [OP.TEXT, 'data'] },
    { id: 'heartbeat.disable_while_open', before: off },
    { id: 'heartbeat.closing', before: close },
    { id: 'heartbeat.maxq0', configure: noQueue, answers: [OP.PONG, ''] },
    { id: 'heartbeat.full_queue', configure: shortQueue, answers: [OP.PONG, ''], before: five },
  ];
  return watches.map((one) => ({ ...heartbeat(clock, one), compare }));
}

function pairHeartbeat(clock: MemoryLoop): Scenario {
  return {
    records: ['heartbeat.pair'],
    play: async (stage) => {
      const beat = (peer: WebSocketPeer): void => {
        peer.heartbeat_interval = 0.1;
      };
      const { client, server } = await stage.pair(beat, beat);
      for (let ms = 0; ms <= 600; ms += 50) {
        clock.advance(50);
        for (let turns = 0; turns < 4; turns += 1) {
          client.poll();
          server.poll();
          await pause();
        }
      }
      const both = client.get_ready_state() === STATE_OPEN && server.get_ready_state() === STATE_OPEN;
      stage.note('heartbeat.pair', client, both ? 'OPEN' : 'not OPEN');
    },
  };
}

/** Polls for so long of the test's clock in which the other side is silent. */
async function wait(clock: MemoryLoop, peer: WebSocketPeer, ms: number): Promise<void> {
  for (let i = 0; i < 5; i += 1) {
    clock.advance(ms / 5);
    await pause();
    peer.poll();
  }
}

function noTimeouts(clock: MemoryLoop): Scenario[] {
  const silentServer: Scenario = {
    records: ['connecting.silent_server'],
    play: async (stage) => {
      const { peer } = await stage.connecting();
      await wait(clock, peer, 4500);
      stage.note('connecting.silent_server', peer, null);
    },
  };
  const silentClient: Scenario = {
    records: ['misc.server_no_timeout'],
    play: async (stage) => {
      const { peer } = await stage.accepting();
      await wait(clock, peer, 4000);
      stage.note('misc.server_no_timeout', peer, null);
    },
  };
  const closing: Scenario = {
    records: ['closing.no_timeout'],
    play: async (stage) => {
      const { peer, raw } = await stage.client();
      peer.close(4000, 'mine');
      await until(() => raw.take().length > 0, 'the close frame');
      await wait(clock, peer, 1500);
      stage.note('closing.no_timeout', peer, null);
    },
  };
  const tls: Scenario = {
    records: ['wss.silent'],
    play: async (stage) => {
      const server = await stage.rawServer();
      const peer = stage.peer();
      peer.connect_to_url(`wss://127.0.0.1:${server.port}/`);
      await stage.poll(() => server.take() !== null, 'the connection', peer);
      await wait(clock, peer, 1200);
      stage.note('wss.silent', peer, null);
    },
  };
  return [silentServer, silentClient, closing, tls];
}

function connectTimeout(clock: MemoryLoop): Scenario {
  return {
    records: ['misc.tcp_connect_timeout'],
    play: (stage) => {
      const real = sockets.connectTcp;
      // A network that never answers.
      sockets.connectTcp = () => new MemoryStream(clock, { phase: StreamPhase.CONNECTING });
      stage.atEnd(() => {
        sockets.connectTcp = real;
      });
      const peer = stage.peer((fresh) => {
        fresh.handshake_timeout = 1;
      });
      peer.connect_to_url('ws://192.0.2.1/');
      return measure(stage, clock, peer);
    },
  };
}

async function measure(stage: Stage, clock: MemoryLoop, peer: WebSocketPeer): Promise<void> {
  let ms = 0;
  while (peer.get_ready_state() !== STATE_CLOSED && ms < 2000) {
    clock.advance(100);
    ms += 100;
    await pause();
    peer.poll();
  }
  stage.note('misc.tcp_connect_timeout', peer, ms);
}

export function timeScenarios(clock: MemoryLoop): readonly Scenario[] {
  return [...heartbeats(clock), pairHeartbeat(clock), ...noTimeouts(clock), connectTimeout(clock)];
}
