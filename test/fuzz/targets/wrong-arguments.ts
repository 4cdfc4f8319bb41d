// Target: any method of any class with any values, right or wrong.

import { set_error_handler } from '../../../host/binding/error-handler.js';
import * as godot3 from '../../../host/godot3/index.js';
import * as godot4 from '../../../host/index.js';
import { world } from '../../helpers/memory-stream-platform.js';
import { beginGame } from '../lib/memory-game.js';
import { Draw } from '../lib/random.js';
import { ascii, demand, type Target } from '../lib/target.js';

type AnyObject = Record<string, (...values: unknown[]) => unknown> & { free?: () => void };

/** Classes that can be made without arguments, and need nothing that the network in memory lacks. */
const CLASSES: readonly (new () => unknown)[] = [
  godot4.WebSocketPeer,
  godot4.WebSocketMultiplayerPeer,
  godot4.SceneMultiplayer,
  godot4.OfflineMultiplayerPeer,
  godot4.TCPServer,
  godot4.StreamPeerTCP,
  godot4.StreamPeerBuffer,
  godot4.PacketPeerStream,
  godot4.WebSocketSettings,
  godot3.WebSocketServer,
  godot3.WebSocketClient,
];

/** Methods with names of JavaScript are not for games; `call` calls any other; what is freed is done with. */
const LEFT_OUT = /^(_|constructor$|call$|free$)|[A-Z]/;

function methodsOf(made: unknown): string[] {
  const names = new Set<string>();
  for (let holder = made as object; holder !== Object.prototype; holder = Object.getPrototypeOf(holder)) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(holder))) {
      if (typeof value === 'function' && !LEFT_OUT.test(name)) names.add(name);
    }
  }
  return [...names].sort();
}

const METHODS = CLASSES.map((type) => methodsOf(new type()));

/** Messages of the engine of JavaScript: something went wrong before it was checked. */
const NOT_CHECKED =
  /is not a function|is not iterable|Cannot |undefined \(reading|not a constructor|Invalid |stack size/;

/** They let JavaScript say what is wrong: a check would cost pages more than it is worth. */
const UNCHECKED = ['add_user_signal', 'remove_user_signal', 'get_meta'];

class Values {
  readonly #draw: Draw;
  readonly made: AnyObject[] = [];

  constructor(draw: Draw) {
    this.#draw = draw;
  }

  object(): AnyObject {
    return this.made[this.#draw.below(this.made.length)];
  }

  next(): unknown {
    const draw = this.#draw;
    const what = draw.below(24);
    const plain = [undefined, null, true, false, '', 'x', 'activity', 'ws://a.example/', 0, 1, -1, 7000, 70_000, 1.5];
    if (what < plain.length) return plain[what];
    const odd = [Number.NaN, 1e99, 5n, Symbol.iterator, [], ['a', 1], {}, new Map(), () => {}];
    if (what === 14) return odd[draw.below(odd.length)];
    if (what < 18) return draw.bytes(20);
    if (what < 20) return Buffer.from(draw.bytes(12)).toString('latin1');
    if (what < 22) return this.object();
    if (what === 22) return [Buffer.from(draw.bytes(6)).toString('latin1')];
    return Object.create(null);
  }
}

export const wrongArguments: Target = {
  name: 'wrong-arguments',
  description: 'methods of all classes throw nothing but a TypeError or RangeError that says what is wrong',
  seeds: CLASSES.flatMap((_, at) => [
    Uint8Array.of(at, 0, 0, 1, 0, 0, 5, 2, 3, 4),
    Uint8Array.of(at, 5, 0, 9, 2, 5, 16, 3, 1, 2, 3, 0, 20, 1, 7, 0, 30, 2, 20, 1, 14, 3),
  ]),
  words: [ascii('\x00\x10\x01\x14'), Uint8Array.of(0, 40, 1, 20, 1), Uint8Array.of(14, 3)],
  maxSize: 120,
  weight: 4,
  check(input) {
    beginGame();
    set_error_handler(() => {});
    const draw = new Draw(input);
    const values = new Values(draw);
    const kinds = [draw.below(CLASSES.length), draw.below(CLASSES.length)];
    for (const kind of kinds) values.made.push(new CLASSES[kind]() as AnyObject);
    const called: string[] = [];
    while (!draw.isDone && called.length < 30) {
      const which = draw.below(2);
      const method = METHODS[kinds[which]][draw.byte() % METHODS[kinds[which]].length];
      const given = Array.from({ length: draw.below(4) }, () => values.next());
      const text = `${CLASSES[kinds[which]].name}.${method}(${given.map((one) => typeof one).join()})`;
      try {
        values.made[which][method](...given);
        called.push(method);
      } catch (error) {
        const { message } = error as Error;
        const isChecked = UNCHECKED.includes(method) || !NOT_CHECKED.test(message);
        const isRight = (error instanceof TypeError || error instanceof RangeError) && isChecked;
        demand(isRight, () => `${text} threw ${(error as Error).stack ?? String(error)}`);
      }
      if (draw.below(4) === 0) world.loop.turn();
    }
    for (const one of values.made) one.free?.();
    world.loop.settle();
    return called.slice(-2).join();
  },
};
