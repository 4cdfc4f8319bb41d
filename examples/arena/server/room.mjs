// The game itself: players, shots, hits, scores. One step is one tick; it knows nothing of connections or clocks, and
// chance comes from outside, so that a test can decide it.
import {
  HEALTH,
  HEIGHT,
  move,
  PILLARS,
  PLAYER_RADIUS,
  RELOAD_TICKS,
  RESPAWN_TICKS,
  SHIELD_TICKS,
  SHOT_RADIUS,
  SHOT_SPEED,
  SHOT_TICKS,
  segmentDistance,
  stopsShot,
  TICKS_PER_SECOND,
  WIDTH,
} from '../shared/rules.mjs';

const SECONDS = 1 / TICKS_PER_SECOND;
const SPAWN_TRIES = 12;

/** Ids are bytes on the wire, and 0 is nobody. */
export const MAX_PLAYERS = 32;

/**
 * @typedef {object} Player
 * @property {number} id
 * @property {number} x
 * @property {number} y
 * @property {number} aim
 * @property {{ x: number, y: number, aim: number, fire: boolean }} stick what the player does until told otherwise
 * @property {number} health 0: out until the tick `backAt`
 * @property {number} score
 * @property {number} reloadedAt
 * @property {number} shieldedUntil
 * @property {number} backAt
 * @property {boolean} isShielded
 */

export class Room {
  #random;
  /** @type {Map<number, Player>} */
  players = new Map();
  shots = [];
  tick = 0;
  #nextShot = 0;
  /** Called as `onTag(byId, whomId)`. */
  onTag = () => {};

  constructor(random = Math.random) {
    this.#random = random;
  }

  /** A new player's id, or 0 when the arena is full. */
  enter() {
    if (this.players.size >= MAX_PLAYERS) return 0;
    let id = 1;
    while (this.players.has(id)) id += 1;
    const player = {
      id,
      x: 0,
      y: 0,
      aim: 0,
      stick: { x: 0, y: 0, aim: 0, fire: false },
      health: 0,
      score: 0,
      reloadedAt: 0,
      shieldedUntil: 0,
      backAt: 0,
      isShielded: false,
    };
    this.players.set(id, player);
    this.#spawn(player);
    return id;
  }

  /** The player is gone, and so are their shots: another may get the id. */
  leave(id) {
    this.players.delete(id);
    this.shots = this.shots.filter((shot) => shot.owner !== id);
  }

  steer(id, stick) {
    const player = this.players.get(id);
    if (player !== undefined) player.stick = stick;
  }

  step() {
    this.tick += 1;
    for (const player of this.players.values()) this.#stepPlayer(player);
    this.shots = this.shots.filter((shot) => this.#stepShot(shot));
  }

  #stepPlayer(player) {
    if (player.health === 0) {
      if (this.tick >= player.backAt) this.#spawn(player);
      return;
    }
    const { x, y, aim, fire } = player.stick;
    move(player, x, y, SECONDS);
    player.aim = aim;
    if (fire && this.tick >= player.reloadedAt) this.#shoot(player);
    player.isShielded = this.tick < player.shieldedUntil;
  }

  #shoot(player) {
    player.reloadedAt = this.tick + RELOAD_TICKS;
    player.shieldedUntil = 0;
    const [dx, dy] = [Math.cos(player.aim), Math.sin(player.aim)];
    const number = this.#nextShot;
    this.#nextShot = (number + 1) & 65535;
    this.shots.push({
      number,
      owner: player.id,
      // It leaves from within the player, so that nobody shoots through a pillar they stand at.
      x: player.x,
      y: player.y,
      stepX: dx * SHOT_SPEED * SECONDS,
      stepY: dy * SHOT_SPEED * SECONDS,
      endsAt: this.tick + SHOT_TICKS,
    });
  }

  /** Whether the shot flies on. */
  #stepShot(shot) {
    const from = { x: shot.x, y: shot.y };
    shot.x += shot.stepX;
    shot.y += shot.stepY;
    if (this.tick >= shot.endsAt || stopsShot(shot.x, shot.y)) return false;
    for (const player of this.players.values()) {
      if (player.id === shot.owner || player.health === 0) continue;
      if (segmentDistance(from, shot, player) > PLAYER_RADIUS + SHOT_RADIUS) continue;
      if (!player.isShielded) this.#hit(player, shot.owner);
      return false;
    }
    return true;
  }

  #hit(player, by) {
    player.health -= 1;
    if (player.health > 0) return;
    player.backAt = this.tick + RESPAWN_TICKS;
    const winner = this.players.get(by);
    if (winner !== undefined) winner.score += 1;
    this.onTag(by, player.id);
  }

  #spawn(player) {
    let best = -1;
    for (let attempt = 0; attempt < SPAWN_TRIES; attempt += 1) {
      const spot = {
        x: PLAYER_RADIUS + this.#random() * (WIDTH - 2 * PLAYER_RADIUS),
        y: PLAYER_RADIUS + this.#random() * (HEIGHT - 2 * PLAYER_RADIUS),
      };
      const room = this.#roomAt(spot, player.id);
      if (room <= best) continue;
      best = room;
      player.x = spot.x;
      player.y = spot.y;
    }
    move(player, 0, 0, 0);
    player.health = HEALTH;
    player.shieldedUntil = this.tick + SHIELD_TICKS;
    player.isShielded = true;
  }

  /** How far the nearest other player or pillar is. */
  #roomAt(spot, id) {
    const others = [...this.players.values()].filter((other) => other.id !== id && other.health > 0);
    const distances = others.map((other) => Math.hypot(other.x - spot.x, other.y - spot.y));
    for (const pillar of PILLARS) {
      distances.push(Math.hypot(pillar.x - spot.x, pillar.y - spot.y) - pillar.radius - PLAYER_RADIUS);
    }
    return Math.min(...distances);
  }
}
