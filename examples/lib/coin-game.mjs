// The rules of the coin game, of which only the server knows the truth: players walk on a square field, whoever
// reaches the coin has one more, and the coin appears somewhere else. No connection, no clock.
import { Vector2 } from 'websocketpeer/variant';

export const FIELD = 100;
export const STEP_MS = 50;
const STRIDE = 2;
/** How near the coin counts as there. */
const REACH = 2;

export class CoinGame {
  /** @type {Map<number, { place: Vector2, direction: Vector2, coins: number }>} */
  #players = new Map();
  #coin = somewhere();

  get ids() {
    return [...this.#players.keys()];
  }

  has(id) {
    return this.#players.has(id);
  }

  join(id) {
    this.#players.set(id, { place: somewhere(), direction: new Vector2(), coins: 0 });
  }

  leave(id) {
    this.#players.delete(id);
  }

  /** A player chooses where to go; false when `direction` is nothing that a player may send. */
  steer(id, direction) {
    if (!(direction instanceof Vector2) || !Number.isFinite(direction.x) || !Number.isFinite(direction.y)) return false;
    this.#players.get(id).direction = direction;
    return true;
  }

  /** Everybody walks one stride. Returns who has reached the coin, 0 for nobody. */
  step() {
    let finder = 0;
    for (const [id, player] of this.#players) {
      player.place = walk(player.place, player.direction);
      if (finder !== 0 || distance(player.place, this.#coin) > REACH) continue;
      finder = id;
      player.coins += 1;
    }
    if (finder !== 0) this.#coin = somewhere();
    return finder;
  }

  /** What players are told in each step: a Dictionary in Godot, where `players` maps ids to [place, coins]. */
  state() {
    const players = new Map();
    for (const [id, { place, coins }] of this.#players) players.set(id, [place, coins]);
    return { coin: this.#coin, players };
  }
}

/** Where `place` has to go to get to `goal`. */
export function towards(place, goal) {
  return new Vector2(goal.x - place.x, goal.y - place.y);
}

function somewhere() {
  return new Vector2(Math.random() * FIELD, Math.random() * FIELD);
}

function distance(a, b) {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** A direction only says where: its length makes nobody faster than a stride, or than it takes to get there. */
function walk({ x, y }, direction) {
  const length = Math.hypot(direction.x, direction.y);
  if (length === 0) return new Vector2(x, y);
  const share = Math.min(STRIDE, length) / length;
  return new Vector2(inField(x + direction.x * share), inField(y + direction.y * share));
}

function inField(value) {
  return Math.min(Math.max(value, 0), FIELD);
}
