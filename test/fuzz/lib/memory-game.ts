// A game on the network in memory: hostile strangers that connect to it, and what has to be left of it at its end: nothing.
import { set_error_handler } from '../../../host/binding/error-handler.js';
import { type MemoryStream, memoryPair } from '../../helpers/memory-stream.js';
import { world } from '../../helpers/memory-stream-platform.js';
import { frame } from '../../helpers/raw-peer-frames.js';
import { answerTo, requestFor } from '../../helpers/raw-peer-handshake.js';
import type { Draw } from './random.js';
import { demand } from './target.js';

export const PORT = 7000;
export const URL = `ws://127.0.0.1:${PORT}/`;
const MOST_STRANGERS = 6;
/** Longer than every time limit. */
const LONG_MS = 600_000;

/** What the package reports that a handler has thrown, a complaint or an error of a call in it. */
let thrown: string[] = [];

/** What a handler throws on purpose. */
export const ON_PURPOSE = 'a handler that fails on purpose';

/** Hears a report: an error in a handler that nobody made on purpose is a complaint. */
export function hear(message: string): void {
  if (message.includes(' threw ') && !message.includes(ON_PURPOSE)) thrown.push(message);
}

export function beginGame(): void {
  world.reset();
  thrown = [];
  set_error_handler(hear);
}

/** Ends everything, and demands that nothing is left. */
export function endGame(...players: readonly { free(): void }[]): void {
  for (const player of players) player.free();
  world.loop.settle();
  world.loop.advance(LONG_MS);
  demand(thrown.length === 0, () => thrown[0]);
  demand(world.loop.pendingAlarms === 0, () => `${world.loop.pendingAlarms} alarms are left`);
  demand(world.listeners.size === 0, 'a listener is left');
  const held = world.dialled.filter((stream) => stream.hasSink || stream.partner?.hasSink === true);
  demand(held.length === 0, () => `${held.length} connections are left`);
}

/** The other side of one connection, which says what the input tells it to. */
export class Stranger {
  /** The end that the game holds. */
  readonly stream: MemoryStream;
  readonly #isClient: boolean;

  private constructor(stream: MemoryStream, isClient: boolean) {
    this.stream = stream;
    this.#isClient = isClient;
  }

  /** Connects to the game's server. */
  static knock(): Stranger | null {
    const listener = world.listeners.get(PORT);
    if (listener === undefined || world.dialled.length >= MOST_STRANGERS) return null;
    const [own, far] = memoryPair(world.loop);
    own.partner = null;
    far.partner = null;
    world.dialled.push(far);
    listener.knock(far);
    return new Stranger(far, true);
  }

  /** Takes the connection that the game's client has just begun. */
  static answer(): Stranger | null {
    const stream = world.dialled.at(-1);
    return stream === undefined ? null : new Stranger(stream, false);
  }

  greet(): void {
    this.stream.open();
    if (this.#isClient) this.stream.deliver(requestFor());
    else {
      const request = this.stream.writes[0];
      if (request !== undefined) this.stream.deliver(answerTo(request));
    }
  }

  say(message: Uint8Array, opcode = 2, fin = true): void {
    this.stream.deliver(frame(opcode, message, { masked: this.#isClient, fin }));
  }

  /** Does one thing of those that another side can do. */
  act(draw: Draw, messages: (draw: Draw) => Uint8Array): void {
    const { stream } = this;
    const what = draw.below(16);
    if (what < 8) this.say(messages(draw));
    else if (what === 8) this.greet();
    else if (what === 9) this.say(draw.bytes(20), draw.below(16), draw.below(2) === 0);
    else if (what === 10) stream.deliver(draw.bytes(30));
    else if (what === 11) stream.end();
    else if (what === 12) stream.reset();
    else if (what === 13) stream.block();
    else if (what === 14) stream.release();
    else world.loop.advance(draw.byte() * 20);
  }
}
