// Records of receiving: limits of the queue, sizes, fragments with control frames between them.
import { WebSocketPeer } from '../../../../host/godot4/websocket/web-socket-peer.js';
import { type Role, takeTexts } from '../../../helpers/game.js';
import { type Scenario, type Stage, Unjudged } from '../../../helpers/game-records.js';
import { closeBody, type FrameOptions, frame, OP, toHex } from '../../../helpers/raw-peer-frames.js';

type Send = (opcode: number, data?: string | Uint8Array | readonly number[], options?: FrameOptions) => Uint8Array;

function framesFor(role: Role): Send {
  return (opcode, data, options) => frame(opcode, data, { masked: role === 'server', ...options });
}

function countLimit(role: Role): Scenario {
  const id = (name: string): string => `recv.count_limit${name}.${role}`;
  const first = role === 'client' ? [id('')] : [];
  return {
    records: [...first, id('.drain'), id('.close_behind'), id('.close_lost')],
    play: async (stage) => {
      const send = framesFor(role);
      const { peer, raw } = await stage.open(role, (fresh) => {
        fresh.max_queued_packets = 3;
      });
      const ten = Array.from({ length: 10 }, (_, i) => send(OP.TEXT, String(i)));
      raw.send(...ten);
      await stage.poll(() => peer.get_available_packet_count() === 3, 'three packets', peer);
      if (role === 'client') stage.note(id(''), peer, peer.get_available_packet_count());
      const drained: string[] = [];
      await stage.poll(() => drained.push(...takeTexts(peer)) >= 10, 'ten packets', peer);
      stage.note(id('.drain'), peer, drained);
      raw.send(...ten, send(OP.CLOSE, closeBody(1000)));
      await stage.poll(() => peer.get_available_packet_count() === 3, 'three packets', peer);
      for (let polls = 0; polls < 5; polls += 1) peer.poll();
      stage.note(id('.close_behind'), peer, peer.get_available_packet_count());
      const all: string[] = [];
      const closed = (): boolean => {
        all.push(...takeTexts(peer));
        return peer.get_ready_state() === WebSocketPeer.STATE_CLOSED;
      };
      await stage.poll(closed, 'the close', peer);
      stage.note(id('.close_lost'), peer, all);
    },
  };
}

const bytesLimit: Scenario = {
  records: ['recv.bytes_limit', 'recv.bytes_limit.drain'],
  play: async (stage) => {
    const { peer, raw } = await stage.client();
    raw.send(...['A', 'B', 'C', 'D', 'E'].map((letter) => frame(OP.BINARY, letter.repeat(20000))));
    await stage.poll(() => peer.get_available_packet_count() >= 3, 'three packets', peer);
    stage.note('recv.bytes_limit', peer, peer.get_available_packet_count());
    const seen: number[][] = [];
    const drained = (): boolean => {
      while (peer.get_available_packet_count() > 0) {
        const packet = peer.get_packet();
        seen.push([packet.length, packet[0], packet[packet.length - 1]]);
      }
      return seen.length === 5;
    };
    await stage.poll(drained, 'five packets', peer);
    stage.note('recv.bytes_limit.drain', peer, seen);
  },
};

const fragmentsOverRing: Scenario = {
  records: ['recv.frag_over_ring.stuck', 'recv.frag_over_ring.fin'],
  play: async (stage) => {
    const { peer, raw } = await stage.client();
    raw.send(frame(OP.BINARY, 'a'.repeat(40000), { fin: false }), frame(OP.CONTINUATION, 'a'.repeat(40000)));
    raw.send(frame(OP.PING, 'x'), frame(OP.CLOSE, closeBody(1000)));
    await stage.pollTo(WebSocketPeer.STATE_CLOSED, peer);
    stage.note('recv.frag_over_ring.stuck', peer, new Unjudged('what else the closing side sends'));
    raw.end();
    peer.poll();
    stage.note('recv.frag_over_ring.fin', peer, null);
  },
};

const fragmentsOverBuffer: Scenario = {
  records: ['recv.frag_over_buf', 'recv.frag_over_buf.get', 'recv.frag_over_buf.err', 'recv.frag_over_buf.get2'],
  play: async (stage) => {
    const { peer, raw } = await stage.client((fresh) => {
      fresh.inbound_buffer_size = 65536;
    });
    raw.send(frame(OP.BINARY, 'a'.repeat(40000), { fin: false }), frame(OP.CONTINUATION, 'a'.repeat(40000)));
    raw.send(frame(OP.BINARY, [3, 3, 3, 3]));
    await stage.pollTo(WebSocketPeer.STATE_CLOSED, peer);
    stage.note('recv.frag_over_buf', peer, peer.get_available_packet_count());
    stage.call('recv.frag_over_buf.get', peer, () => peer.get_packet());
    stage.call('recv.frag_over_buf.err', peer, () => peer.get_packet_error());
    stage.call('recv.frag_over_buf.get2', peer, () => peer.get_packet());
  },
};

const tooLarge: Scenario = {
  records: ['recv.65537_of_65536'],
  play: async (stage) => {
    const { peer, raw } = await stage.client((fresh) => {
      fresh.inbound_buffer_size = 65536;
    });
    raw.send(frame(OP.BINARY, new Uint8Array(65537)));
    await stage.pollTo(WebSocketPeer.STATE_CLOSED, peer);
    stage.note('recv.65537_of_65536', peer, null);
  },
};

const latched: Scenario = {
  records: ['recv.live_inbound3'],
  play: async (stage) => {
    const { peer, raw } = await stage.client();
    peer.inbound_buffer_size = 3;
    raw.send(frame(OP.BINARY, new Uint8Array(5000)));
    await stage.poll(() => peer.get_available_packet_count() === 1, 'a packet', peer);
    stage.call('recv.live_inbound3', peer, () => peer.get_packet().length);
  },
};

const CONFIGURATIONS = ['{"max_queued_packets":0}', '{"inbound_buffer_size":0}', '{"inbound_buffer_size":1}'].concat(
  '{"inbound_buffer_size":2}',
);

function configured(json: string): Scenario {
  return {
    records: [`recv.cfg${json}`],
    play: async (stage) => {
      const { peer, raw } = await stage.client((fresh) => Object.assign(fresh, JSON.parse(json)));
      stage.quiet();
      raw.send(frame(OP.BINARY, [7]));
      await stage.poll(() => peer.get_available_packet_count() === 1, 'a packet', peer);
      stage.note(`recv.cfg${json}`, peer, peer.get_available_packet_count());
    },
  };
}

const closedByOther: Scenario = {
  records: ['recv.cfg{"max_queued_packets":-1}.close'],
  play: async (stage) => {
    const { peer, raw } = await stage.client((fresh) => {
      fresh.max_queued_packets = -1;
    });
    stage.quiet();
    raw.send(frame(OP.CLOSE, closeBody(1000)));
    await stage.pollTo(WebSocketPeer.STATE_CLOSED, peer);
    stage.note('recv.cfg{"max_queued_packets":-1}.close', peer, null);
  },
};

interface Inside {
  readonly name: string;
  readonly between: (send: Send) => Uint8Array;
}

const INSIDE: readonly Inside[] = [
  { name: 'ping', between: (send) => send(OP.PING, 'pp') },
  { name: 'empty_ping', between: (send) => send(OP.PING) },
  { name: 'pong', between: (send) => send(OP.PONG, 'qq') },
];

async function playInside(stage: Stage, role: Role, { name, between }: Inside): Promise<void> {
  const send = framesFor(role);
  const { peer, raw } = await stage.open(role);
  raw.send(send(OP.TEXT, 'ab', { fin: false }), between(send), send(OP.CONTINUATION, 'ef'), send(OP.TEXT, 'next'));
  await stage.poll(() => peer.get_available_packet_count() === 2, 'two packets', peer);
  const [first, next] = takeTexts(peer);
  if (next !== 'next') throw new Error(`the packet behind is "${next}"`);
  stage.note(`frag.control_inside.${name}.${role}`, peer, first);
}

function controlInside(role: Role, inside: Inside): Scenario {
  return {
    records: [`frag.control_inside.${inside.name}.${role}`],
    play: (stage) => playInside(stage, role, inside),
  };
}

const binaryPing: Scenario = {
  records: ['frag.binary_ping_inside_text.client'],
  play: async (stage) => {
    const { peer, raw } = await stage.client();
    raw.send(frame(OP.TEXT, 'ab', { fin: false }), frame(OP.PING, [255]), frame(OP.CONTINUATION, 'ef'));
    await stage.poll(() => peer.get_available_packet_count() === 1, 'a packet', peer);
    stage.call('frag.binary_ping_inside_text.client', peer, () => [toHex(peer.get_packet()), peer.was_string_packet()]);
  },
};

function fragments(id: string, role: Role, pieces: readonly (readonly [string, boolean])[]): Scenario {
  return {
    records: [id],
    play: async (stage) => {
      const send = framesFor(role);
      const { peer, raw } = await stage.open(role);
      raw.send(...pieces.map(([data, fin], i) => send(i === 0 ? OP.BINARY : OP.CONTINUATION, data, { fin })));
      await stage.poll(() => peer.get_available_packet_count() === 1, 'a packet', peer);
      stage.call(id, peer, () => toHex(peer.get_packet()));
    },
  };
}

function closeInside(role: Role): Scenario {
  return {
    records: [`frag.close_inside.${role}`],
    play: async (stage) => {
      const send = framesFor(role);
      const { peer, raw } = await stage.open(role);
      raw.send(send(OP.TEXT, 'begun', { fin: false }), send(OP.CLOSE, closeBody(1000, 'x')));
      await stage.pollTo(WebSocketPeer.STATE_CLOSED, peer);
      stage.note(`frag.close_inside.${role}`, peer, null);
    },
  };
}

const EMPTY_CONTINUATIONS = [
  ['ab', false],
  ['', false],
  ['', true],
] as const;

export const RECEIVE_SCENARIOS: readonly Scenario[] = [
  countLimit('client'),
  countLimit('server'),
  bytesLimit,
  fragmentsOverRing,
  fragmentsOverBuffer,
  tooLarge,
  latched,
  ...CONFIGURATIONS.map(configured),
  closedByOther,
  ...INSIDE.map((inside) => controlInside('client', inside)),
  controlInside('server', INSIDE[0]),
  controlInside('server', INSIDE[2]),
  binaryPing,
  fragments('frag.empty_continuations.client', 'client', EMPTY_CONTINUATIONS),
  fragments('frag.empty_continuations.server', 'server', EMPTY_CONTINUATIONS),
  fragments('frag.empty_first.server', 'server', [
    ['', false],
    ['xy', true],
  ]),
  closeInside('client'),
  closeInside('server'),
];
