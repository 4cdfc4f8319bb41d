// Target: any calls on a WebSocketPeer over a stream in memory, from outside and from inside its handlers.
import { set_error_handler } from '../../../host/binding/error-handler.js';
import { WebSocketPeer } from '../../../host/godot4/websocket/web-socket-peer.js';
import { MemoryPeer } from '../../helpers/memory-stream-peer.js';
import { world } from '../../helpers/memory-stream-platform.js';
import { answerTo, headEnd, requestFor } from '../../helpers/raw-peer-handshake.js';
import { beginGame, endGame, hear, ON_PURPOSE } from '../lib/memory-game.js';
import { Draw } from '../lib/random.js';
import { ascii, demand, type Target } from '../lib/target.js';

const { STATE_CLOSED, STATE_CONNECTING, STATE_OPEN } = WebSocketPeer;
/** OK and what calls of a peer fail with. */
const ANSWERS = [0, 1, 2, 3, 6, 22, 30, 31];
/** Calls from handlers inside handlers. */
const MOST_DEPTH = 8;

/** Values that a script in JavaScript may give by mistake. */
const VALUES = [
  undefined,
  null,
  true,
  '',
  'x',
  0,
  -1,
  1.5,
  NaN,
  1e99,
  70_000,
  [],
  {},
  new Uint8Array(2),
  Symbol.iterator,
  5n,
];

const METHODS = [
  'accept_stream',
  'accept_upgrade',
  'close',
  'connect_to_stream',
  'connect_to_url',
  'get_packet_into',
  'put_packet',
  'put_var',
  'get_var',
  'send',
  'send_text',
  'set_handshake_headers',
  'set_heartbeat_interval',
  'set_inbound_buffer_size',
  'set_max_queued_packets',
  'set_message_timeout',
  'set_no_delay',
  'set_outbound_buffer_size',
  'set_supported_protocols',
] as const;

class Calls {
  readonly #draw: Draw;
  readonly here: MemoryPeer;
  /** What handlers call next. */
  readonly #inside: Draw;
  #depth = 0;
  #state: number = STATE_CONNECTING;
  #heard = 0;
  /** The peer was begun anew, or freed. */
  #isAnew = false;

  constructor(draw: Draw) {
    this.here = new MemoryPeer(draw.below(2) === 0 ? 'client' : 'server', (peer) => {
      peer.max_queued_packets = 1 + draw.below(20);
      peer.inbound_buffer_size = 100 + draw.byte() * 4;
    });
    this.#inside = new Draw(draw.bytes(80));
    this.#draw = draw;
    this.here.peer.connect('activity', () => this.#interrupt());
    set_error_handler((message) => {
      hear(message);
      this.#interrupt();
    });
  }

  /** A handler runs: it makes the next of its calls. */
  #interrupt(): void {
    this.#heard += 1;
    if (this.#inside.isDone || this.#depth >= MOST_DEPTH) return;
    this.#depth += 1;
    const fails = this.#inside.below(12) === 0;
    try {
      this.#call(this.#inside);
    } catch (error) {
      hear(`a call in a handler threw ${String(error)}`);
    }
    this.#depth -= 1;
    if (fails) throw new Error(ON_PURPOSE);
  }

  /** One call of the game. */
  #call(draw: Draw): void {
    const { peer } = this.here;
    const what = draw.below(16);
    if (what < 4) peer.poll();
    else if (what < 6) this.#answers(peer.send(draw.bytes(200), draw.below(2) as WebSocketPeer.WriteMode));
    else if (what === 6) this.#answers(peer.send_text(Buffer.from(draw.bytes(200)).toString('utf16le')));
    else if (what < 9) this.#take();
    else if (what === 9) this.#close(draw);
    else if (what === 10) this.#begin(draw);
    else if (what === 11) this.#free();
    else if (what === 12) this.#misuse(draw);
    else if (what === 13) peer.heartbeat_interval = draw.byte() / 50;
    else if (what === 14) peer.outbound_buffer_size = draw.byte() * 8;
    else peer.message_timeout = draw.byte() / 50;
    this.#look();
  }

  #answers(error: number): void {
    demand(ANSWERS.includes(error), () => `a call returned ${error}`);
  }

  #take(): void {
    const { peer } = this.here;
    const before = peer.get_available_packet_count();
    peer.get_packet();
    const after = peer.get_available_packet_count();
    // A handler may have taken more, or begun anew.
    demand(after < before || before === 0 || this.#isAnew, () => `get_packet left ${after} of ${before}`);
  }

  #close(draw: Draw): void {
    const { peer } = this.here;
    peer.close(draw.pick([1000, 1000, 4000, -1, 1005, 70_000, 0]), draw.below(4) === 0 ? 'x'.repeat(draw.byte()) : '');
    const state = peer.get_ready_state();
    demand(state > STATE_OPEN || this.#isAnew, () => `close() left state ${state}`);
  }

  #begin(draw: Draw): void {
    const { peer } = this.here;
    const before = peer.get_ready_state();
    const error = peer.connect_to_url(draw.pick(['ws://127.0.0.1:1/', '', 'http://x/', 'ws://']));
    this.#answers(error);
    if (error === 0) {
      demand(before > STATE_OPEN || this.#isAnew, () => `connect_to_url began in state ${before}`);
      this.#isAnew = true;
    }
  }

  #free(): void {
    this.here.peer.free();
    this.#isAnew = true;
  }

  /** A method with values of wrong types: nothing else than a TypeError or a RangeError comes out. */
  #misuse(draw: Draw): void {
    const method = draw.pick(METHODS);
    const values = Array.from({ length: draw.below(4) }, () => draw.pick(VALUES));
    const { peer } = this.here;
    const call = (peer as unknown as Record<string, (...values: unknown[]) => unknown>)[method];
    try {
      call.apply(peer, values);
    } catch (error) {
      const isExpected = error instanceof TypeError || error instanceof RangeError;
      demand(
        isExpected &&
          !/undefined|is not a function|Cannot /.test((error as Error).message.replace(/got undefined/, '')),
        () => {
          const [first] = (error as Error).stack?.split('\n').slice(1) ?? [];
          return `${method}(${values.map(String).join()}) threw ${String(error)} ${first}`;
        },
      );
    }
    if (method.startsWith('connect') || method.startsWith('accept')) this.#isAnew = true;
  }

  /** What the other side, the network and time do. */
  #event(draw: Draw): void {
    const { stream } = this.here;
    const what = draw.below(16);
    if (what < 6) {
      const opcode = draw.pick([0, 1, 2, 2, 8, 9, 10, 3]);
      const wire = this.here.frame(opcode, draw.bytes(opcode > 7 ? 125 : 250), {
        fin: opcode > 7 || draw.below(4) !== 0,
      });
      stream.deliver(wire, 1 + draw.byte());
    } else if (what === 6) this.#greet();
    else if (what === 7) stream.deliver(draw.bytes(100));
    else if (what === 8) stream.end();
    else if (what === 9) stream.reset();
    else if (what === 10) stream.block();
    else if (what === 11) stream.release();
    else if (what < 14) world.loop.turn();
    else if (what === 14) world.loop.advance(draw.byte() * 20);
    else world.loop.stall(draw.byte() * 200);
    this.#look();
  }

  #greet(): void {
    const { stream, side, peer } = this.here;
    stream.open();
    peer.poll();
    const [written] = stream.writes;
    if (side === 'server') stream.deliver(requestFor());
    else if (written !== undefined && headEnd(written) > 0) stream.deliver(answerTo(written));
    peer.poll();
  }

  /** What a game can see: states go forward only, and numbers are numbers of something. */
  #look(): void {
    const { peer } = this.here;
    const state = peer.get_ready_state();
    if (this.#depth === 0) {
      demand(state >= this.#state || this.#isAnew, () => `state ${this.#state} became ${state}`);
      this.#state = state;
      this.#isAnew = false;
    }
    const count = peer.get_available_packet_count();
    demand(count >= 0 && Number.isInteger(count), () => `${count} packets`);
    const buffered = peer.get_current_outbound_buffered_amount();
    demand(buffered >= 0 && Number.isInteger(buffered), () => `${buffered} bytes are buffered`);
    const code = peer.get_close_code();
    demand(code === -1 || state === STATE_CLOSED || this.#depth > 0, () => `close code ${code} in state ${state}`);
  }

  run(): string {
    const draw = this.#draw;
    if (draw.below(8) !== 0) this.#greet();
    this.#look();
    while (!draw.isDone) {
      if (draw.below(2) === 0) this.#call(draw);
      else this.#event(draw);
    }
    world.loop.settle();
    const { peer, stream } = this.here;
    const outcome = `${this.here.side} ${peer.get_ready_state()} ${peer.get_close_code()} ${Math.log2(1 + this.#heard) | 0}`;
    beginQuiet();
    endGame(peer);
    demand(peer.get_ready_state() === STATE_CLOSED, 'free() left it open');
    demand(!stream.hasSink, 'the stream is held after free()');
    return outcome;
  }
}

/** From here on no handler is called. */
function beginQuiet(): void {
  set_error_handler(null);
}

export const peerCalls: Target = {
  name: 'peer-calls',
  description:
    'any calls on a WebSocketPeer, also from its handlers: states go forward, numbers agree, nothing is left',
  seeds: [
    Uint8Array.of(0, 5, 50, 3, 1, 2, 3, 1, 1, 2, 3, 65, 66, 67, 0, 0, 0, 7, 0, 4, 3, 65, 66, 67, 0, 0, 9, 0),
    Uint8Array.of(1, 5, 50, 3, 9, 0, 0, 1, 1, 4, 2, 3, 232, 0, 0, 0, 0, 11),
    Uint8Array.of(0, 1, 1, 8, 10, 0, 0, 11, 0, 4, 1, 1, 1, 0, 7, 9, 9, 9, 9, 9, 9, 9, 0, 0, 1, 9, 0, 0, 0, 10, 0),
    Uint8Array.of(1, 1, 1, 0, 1, 0, 12, 3, 2, 1, 2, 0, 12, 9, 1, 13, 0, 12, 4, 1, 7),
  ],
  words: [
    Uint8Array.of(0, 0),
    Uint8Array.of(1, 12),
    Uint8Array.of(1, 0, 3, 3, 1, 2, 3),
    Uint8Array.of(0, 12, 1, 1, 1),
    ascii('\x01\x0e\x40'),
  ],
  maxSize: 300,
  weight: 6,
  check(input) {
    beginGame();
    return new Calls(new Draw(input)).run();
  },
};
