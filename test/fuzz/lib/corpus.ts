// The inputs of a target: those of the tree, and in a run those that led to something new; bounded in number.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from './random.js';
import type { Target } from './target.js';

/** Most inputs besides those of the beginning. */
const MOST_NEW_INPUTS = 512;
/** Different outcomes that are told apart. */
const MOST_OUTCOMES = 4096;

export class Corpus {
  readonly inputs: Uint8Array[];
  readonly #first: number;
  readonly #outcomes = new Set<string>();

  constructor(inputs: readonly Uint8Array[]) {
    this.inputs = [...inputs];
    this.#first = inputs.length;
  }

  /** Keeps `input`, in the place of a random other new one when there are many. */
  keep(input: Uint8Array, random: Random): void {
    if (this.inputs.length < this.#first + MOST_NEW_INPUTS) this.inputs.push(input);
    else this.inputs[this.#first + random.below(MOST_NEW_INPUTS)] = input;
  }

  /** Whether no input led to `outcome` before. */
  isNews(outcome: string): boolean {
    if (this.#outcomes.has(outcome) || this.#outcomes.size >= MOST_OUTCOMES) return false;
    this.#outcomes.add(outcome);
    return true;
  }
}

/** The committed inputs of `target` below `directory`, in order of their names. */
export function storedInputs(directory: string, { name }: Target): { file: string; input: Uint8Array }[] {
  const folder = join(directory, name);
  let files: string[] = [];
  try {
    files = readdirSync(folder).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return files.map((file) => ({ file: join(folder, file), input: new Uint8Array(readFileSync(join(folder, file))) }));
}

/** Writes `input` below `directory`; returns the file. */
export function storeInput(directory: string, { name }: Target, input: Uint8Array, kind: string): string {
  const folder = join(directory, name);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${kind}-${createHash('sha1').update(input).digest('hex').slice(0, 10)}.bin`);
  writeFileSync(file, input);
  return file;
}
