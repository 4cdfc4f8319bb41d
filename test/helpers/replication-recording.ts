// The recordings of test/golden/replication.txt, and their replay: one side is played by this library, and each packet
// that it sends must be the recorded one. Polls are counted by the times of the packets; the clock stands still between.
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { OwnBytes } from '../../host/bytes.js';
import { clock } from './game-clock.js';
import { fromHex } from './raw-peer-frames.js';
import type { Side } from './scene-side.js';

interface Line {
  readonly mark: string;
  readonly connection: number;
  /** `>` from the server, `<` from a client, `=` for an id. */
  readonly kind: string;
  readonly rest: string;
}

const text = readFileSync(new URL('../golden/replication.txt', import.meta.url), 'utf8');

/** The lines under `[title]`. */
export function linesOf(title: string): readonly Line[] {
  const body = text.split(`[${title}]\n`)[1]?.split('\n\n')[0] ?? '';
  let mark = '';
  const lines: Line[] = [];
  for (const line of body.trim().split('\n')) {
    if (line.startsWith('# ')) mark = line.slice(2);
    lines.push({ mark, connection: Number(line[0]), kind: line[1] as string, rest: line.slice(3) });
  }
  return lines;
}

/** Clients by their connections. */
export const idsOf = (lines: readonly Line[]): ReadonlyMap<number, number> =>
  new Map(lines.filter(({ kind }) => kind === '=').map(({ connection, rest }) => [connection, Number(rest)]));

/** Longer than the intervals of all synchronizers of the recordings, in milliseconds. */
const INTERVAL = 200;

/** What a side does after a mark. */
export type Actions = Readonly<Record<string, () => void>>;

export class Replay {
  readonly #side: Side;
  /** Packets that were sent and not yet compared, by who gets them. */
  readonly #sent = new Map<number, string[]>();
  /** Time of the next packet of states to each peer, less one. */
  readonly #polls = new Map<number, number>();

  constructor(side: Side) {
    this.#side = side;
    side.transport.onSent = ({ to, hex }) => this.#sentTo(to).push(hex);
  }

  #sentTo(id: number): string[] {
    const known = this.#sent.get(id) ?? [];
    this.#sent.set(id, known);
    return known;
  }

  poll(times = 1): void {
    for (let i = 0; i < times; i += 1) {
      for (const [id, polls] of this.#polls) this.#polls.set(id, polls + 1);
      this.#side.api.poll();
    }
  }

  join(id: number): void {
    this.#polls.set(id, 0);
    this.#side.transport.present.add(id);
    this.#side.transport.emit_signal('peer_connected', id);
  }

  /** The peer `id` sees its first synchronizer. */
  begin(id: number): void {
    this.#polls.set(id, 0);
  }

  /** What was sent until now is not in the recording. */
  skip(): void {
    this.#sent.clear();
  }

  receive(id: number, hex: string): void {
    this.#side.transport.coming.push({ kind: 'packet', id, packet: fromHex(hex) as OwnBytes });
  }

  /** The next packet to `id` must be `hex`. */
  expect(id: number, hex: string): void {
    const waiting = this.#sentTo(id);
    const isState = hex.startsWith('06');
    if (waiting.length === 0 && isState) {
      this.poll(timeOf(hex) - (this.#polls.get(id) ?? 0) - 1);
      clock.stall(INTERVAL);
    }
    if (waiting.length === 0) this.poll();
    expect(waiting.shift()).toBe(hex);
    if (isState) this.#polls.set(id, timeOf(hex));
  }

  /** Nothing was sent that was not recorded. */
  end(): void {
    expect([...this.#sent.values()].flat()).toEqual([]);
  }
}

const timeOf = (hex: string): number => Buffer.from(hex, 'hex').readUInt16LE(1);

/** Plays the server. */
export function replayServer(lines: readonly Line[], replay: Replay, actions: Actions): void {
  const ids = idsOf(lines);
  for (const { mark, connection, kind, rest } of lines) {
    const id = ids.get(connection) as number;
    if (Number.isNaN(connection)) actions[mark]?.();
    else if (kind === '=') replay.join(id);
    else if (kind === '<') replay.receive(id, rest);
    else replay.expect(id, rest);
  }
  replay.end();
}

/** Plays the client of `connection`; `check` is called at the end of each mark. */
export function replayClient(
  lines: readonly Line[],
  connection: number,
  replay: Replay,
  actions: Actions,
  check: (mark: string) => void,
): void {
  replay.join(1);
  let last = '';
  for (const line of lines) {
    if (line.mark !== last) {
      replay.poll();
      check(last);
      actions[line.mark]?.();
      last = line.mark;
    }
    if (line.connection !== connection || line.kind === '=') continue;
    if (line.kind === '>') replay.receive(1, line.rest);
    else replay.expect(1, line.rest);
  }
  replay.poll();
  check(last);
}
