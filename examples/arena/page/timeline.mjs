// Snapshots come 30 times a second and not evenly; frames are drawn 60 to 144 times a second. This shows the arena a
// little in the past, between the two snapshots around that moment.
import { TICK_MS } from './shared/rules.mjs';

/** How far in the past: three snapshots, so that one may be late. */
const DELAY_MS = 3 * TICK_MS;
const KEPT = 24;
/** A jump further than this in one snapshot is no movement: they came back elsewhere. */
const JUMP = 120;
const DRIFT = 0.02;

export class Timeline {
  #snapshots = [];
  /** Local time minus the server's, by the packet that travelled fastest; it forgets slowly. */
  #offset = null;

  add(snapshot, now) {
    if (snapshot.tick <= (this.#snapshots.at(-1)?.tick ?? -1)) return;
    const offset = now - snapshot.tick * TICK_MS;
    if (this.#offset === null || offset < this.#offset) this.#offset = offset;
    else this.#offset += (offset - this.#offset) * DRIFT;
    this.#snapshots.push(snapshot);
    if (this.#snapshots.length > KEPT) this.#snapshots.shift();
  }

  clear() {
    this.#snapshots = [];
    this.#offset = null;
  }

  /** `{ players, shots }` as arrays at `now`. */
  at(now) {
    const tick = (now - (this.#offset ?? now) - DELAY_MS) / TICK_MS;
    let index = this.#snapshots.findLastIndex((snapshot) => snapshot.tick <= tick);
    if (index < 0) index = 0;
    const from = this.#snapshots[index];
    if (from === undefined) return { players: [], shots: [] };
    const to = this.#snapshots[index + 1] ?? from;
    const share = to === from ? 0 : Math.min(1, Math.max(0, (tick - from.tick) / (to.tick - from.tick)));
    return {
      players: [...from.players.values()].map((player) => between(player, to.players.get(player.id), share)),
      shots: [...from.shots].map(([number, shot]) => ({ number, ...between(shot, to.shots.get(number), share) })),
    };
  }
}

function between(from, to, share) {
  if (to === undefined || Math.hypot(to.x - from.x, to.y - from.y) > JUMP) return from;
  const x = from.x + (to.x - from.x) * share;
  const y = from.y + (to.y - from.y) * share;
  if (from.aim === undefined) return { ...from, x, y };
  const turn = ((to.aim - from.aim + 3 * Math.PI) % (2 * Math.PI)) - Math.PI;
  return { ...from, x, y, aim: from.aim + turn * share };
}
