// Who is in a game by the signals that were heard: unless a server is believed, nobody comes twice, and nobody leaves who
// was not there.
import type { GodotObject } from '../../../host/binding/object.js';
import { Signal } from '../../../host/binding/signal.js';
import { demand } from './target.js';

export class Ledger {
  /** Ids that are in now. */
  readonly present = new Set<number>();
  /** Ids that were ever in. */
  readonly known: number[] = [];

  readonly #believes: boolean;

  /** `believes`: the server may say who comes and goes, whatever it said before. */
  constructor(believes = false) {
    this.#believes = believes;
  }

  /** Counts the signals `joined` and `left` of `source`, whose first argument is an id. */
  follow(source: GodotObject, joined: string, left: string): void {
    new Signal(source, joined).connect((first) => {
      const id = first as number;
      demand(this.#believes || !this.present.has(id), () => `${joined} ${id} twice`);
      this.present.add(id);
      this.known.push(id);
    });
    new Signal(source, left).connect((first) => {
      const id = first as number;
      demand(this.present.delete(id) || this.#believes, () => `${left} ${id}, who was not there`);
    });
  }

  at(index: number): number {
    return this.known[index % Math.max(1, this.known.length)] ?? 2;
  }
}
