// The recordings of test/golden/remote-calls.txt, and their replay: one side is played by this library, the other's
// packets come from the recording, and each packet that is sent must be the recorded one.
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Side } from './scene-side.js';

interface Line {
  readonly connection: number;
  /** Whether the server sends it. */
  readonly isDown: boolean;
  readonly hex: string;
}

/** What happened after a mark. */
interface Chapter {
  readonly mark: string;
  readonly lines: readonly Line[];
}

export interface Recording {
  /** Ids of the clients, by their connections: the first has the number 1. */
  readonly ids: readonly number[];
  readonly chapters: readonly Chapter[];
}

const text = readFileSync(new URL('../golden/remote-calls.txt', import.meta.url), 'utf8');

/** The recording under `[title]`. */
export function readRecording(title: string): Recording {
  const [, body] = text.split(`[${title}]\n`);
  const ids: number[] = [];
  const chapters: { mark: string; lines: Line[] }[] = [{ mark: '', lines: [] }];
  for (const line of (body as string).split('\n\n')[0].split('\n')) {
    const [head, rest] = [line.slice(0, 2), line.slice(3)];
    if (line.startsWith('# ')) chapters.push({ mark: line.slice(2), lines: [] });
    else if (head.endsWith('=')) ids.push(Number(rest));
    else if (line !== '')
      chapters.at(-1)?.lines.push({ connection: Number(head[0]), isDown: head[1] === '>', hex: rest });
  }
  return { ids, chapters };
}

/** What the side does in each chapter, by its mark: the next action runs when a packet is due that was not sent yet. */
export type Actions = Readonly<Record<string, readonly (() => unknown)[]>>;

/** Called at the end of each chapter. */
type Ended = (mark: string) => void;

class Outbox {
  readonly #side: Side;
  readonly #actions: (() => unknown)[] = [];
  /** Packets that were sent and not yet compared, by who gets them. */
  readonly #waiting: Map<number, string[]> = new Map();

  constructor(side: Side) {
    this.#side = side;
  }

  begin(actions: readonly (() => unknown)[]): void {
    this.#actions.push(...actions);
  }

  #collect(to: number): string[] {
    for (const { to: id, hex } of this.#side.transport.sent.splice(0)) {
      const list = this.#waiting.get(id) ?? [];
      this.#waiting.set(id, list);
      list.push(hex);
    }
    return this.#waiting.get(to) ?? [];
  }

  /** The next packet for `to`. */
  next(to: number): string | undefined {
    let list = this.#collect(to);
    while (list.length === 0 && this.#actions.length > 0) {
      this.#actions.shift()?.();
      list = this.#collect(to);
    }
    return list.shift();
  }

  /** Runs what is left, which must not send anything. */
  end(mark: string): void {
    for (const action of this.#actions.splice(0)) action();
    this.#collect(0);
    expect([...this.#waiting.values()].flat(), `more was sent than recorded after "${mark}"`).toEqual([]);
  }
}

/** Plays the server; the clients are the recording's. */
export function replayServer(recording: Recording, side: Side, actions: Actions, ended: Ended = () => {}): void {
  const { ids, chapters } = recording;
  const outbox = new Outbox(side);
  for (const { mark, lines } of chapters) {
    outbox.begin(mark === '' ? ids.map((id) => () => side.join(id)) : (actions[mark] ?? []));
    for (const { connection, isDown, hex } of lines) {
      const id = ids[connection - 1];
      if (isDown) expect(outbox.next(id), `to ${connection} after "${mark}"`).toBe(hex);
      else side.feed(id, hex);
    }
    outbox.end(mark);
    ended(mark);
  }
}

/** Plays the client of one connection; its server and the other clients are the recording's. */
export function replayClient(
  recording: Recording,
  connection: number,
  side: Side,
  actions: Actions,
  ended: Ended = () => {},
): void {
  const outbox = new Outbox(side);
  side.join(1);
  for (const { mark, lines } of recording.chapters) {
    outbox.begin(actions[mark] ?? []);
    for (const line of lines.filter((one) => one.connection === connection)) {
      if (line.isDown) side.feed(1, line.hex);
      else expect(outbox.next(1), `of ${connection} after "${mark}"`).toBe(line.hex);
    }
    outbox.end(mark);
    ended(mark);
  }
}
