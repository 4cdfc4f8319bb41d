// A player that nobody steers: joins over a real socket like everybody, hunts the nearest player, keeps a distance,
// shoots with a hand that is not steady, and rests when it is alone.
import { WebSocketPeer } from 'websocketpeer';
import { ArenaClient } from '../shared/arena-client.mjs';
import { HEIGHT, PILLARS, PLAYER_RADIUS, SHOT_SPEED, segmentDistance, WIDTH } from '../shared/rules.mjs';

const FRAME_MS = 1000 / 30;
const NEAR = 230;
const FAR = 380;
const UNSTEADY = 0.34;
const STRAFE_MS = 1400;
const REJOIN_MS = 1000;

export class Bot {
  #client = new ArenaClient();
  #timer = null;
  #url;
  #name;
  #side = 1;
  #turnsAt = 0;
  #goal = { x: WIDTH / 4, y: HEIGHT / 2 };
  #last = new Map();
  #rejoinAt = 0;
  #isLeaving = false;

  constructor(name, url) {
    this.#name = name;
    this.#url = url;
  }

  get client() {
    return this.#client;
  }

  start(delayMs = 0) {
    this.#rejoinAt = performance.now() + delayMs;
    this.#rejoin(performance.now());
    this.#timer = setInterval(() => this.#frame(performance.now()), FRAME_MS);
  }

  /** Says goodbye; resolves when the connection is gone. */
  async stop() {
    this.#isLeaving = true;
    this.#client.leave();
    while (this.#client.state !== WebSocketPeer.STATE_CLOSED) {
      await new Promise((resolve) => setTimeout(resolve, FRAME_MS));
    }
    clearInterval(this.#timer);
  }

  #frame(now) {
    this.#client.process(now);
    if (this.#client.state === WebSocketPeer.STATE_CLOSED && !this.#isLeaving) this.#rejoin(now);
    const { snapshot, id } = this.#client;
    const self = snapshot?.players.get(id);
    if (self !== undefined) this.#client.steer(this.#decide(self, snapshot, now));
  }

  #rejoin(now) {
    if (now < this.#rejoinAt) return;
    this.#rejoinAt = now + REJOIN_MS;
    this.#client.join(this.#url, { name: this.#name, isBot: true });
  }

  #decide(self, snapshot, now) {
    if (now >= this.#turnsAt) {
      this.#turnsAt = now + STRAFE_MS * (0.5 + Math.random());
      this.#side = Math.random() < 0.5 ? -1 : 1;
      this.#goal = { x: Math.random() * WIDTH, y: Math.random() * HEIGHT };
    }
    const target = nearest(self, snapshot.players);
    const lead = target === null ? null : this.#leadOf(self, target, snapshot.tick);
    this.#last = new Map([...snapshot.players].map(([id, { x, y }]) => [id, { x, y, tick: snapshot.tick }]));
    const way = target === null ? toward(self, this.#goal, 1) : this.#wayAround(self, target);
    for (const pillar of PILLARS) avoid(self, pillar, way);
    const length = Math.max(1, Math.hypot(way.x, way.y));
    const aim = lead ?? Math.atan2(way.y, way.x);
    const sees = target !== null && PILLARS.every((pillar) => segmentDistance(self, target, pillar) > pillar.radius);
    const fire = sees && Math.hypot(target.x - self.x, target.y - self.y) < 560 && Math.random() < 0.12;
    return { x: way.x / length, y: way.y / length, aim: aim + (Math.random() - 0.5) * UNSTEADY, fire };
  }

  #wayAround(self, target) {
    const distance = Math.hypot(target.x - self.x, target.y - self.y);
    const ahead = toward(self, target, distance > FAR ? 1 : distance < NEAR ? -1 : 0.2);
    const aside = toward(self, target, this.#side * 0.8);
    return { x: ahead.x - aside.y, y: ahead.y + aside.x };
  }

  /** Where to shoot at somebody who goes on as they go now. */
  #leadOf(self, target, tick) {
    const before = this.#last.get(target.id);
    const ticks = before === undefined ? 0 : tick - before.tick;
    const flight = Math.hypot(target.x - self.x, target.y - self.y) / SHOT_SPEED;
    const ahead = ticks > 0 && ticks < 10 ? (flight * 30) / ticks : 0;
    const x = target.x + (target.x - (before?.x ?? target.x)) * ahead;
    const y = target.y + (target.y - (before?.y ?? target.y)) * ahead;
    return Math.atan2(y - self.y, x - self.x);
  }
}

function nearest(self, players) {
  let best = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const player of players.values()) {
    const distance = Math.hypot(player.x - self.x, player.y - self.y);
    if (player.id === self.id || player.health === 0 || distance >= bestDistance) continue;
    best = player;
    bestDistance = distance;
  }
  return best;
}

function toward(from, to, weight) {
  const distance = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  return { x: ((to.x - from.x) / distance) * weight, y: ((to.y - from.y) / distance) * weight };
}

function avoid(self, pillar, way) {
  const gap = Math.hypot(self.x - pillar.x, self.y - pillar.y) - pillar.radius - PLAYER_RADIUS;
  if (gap > 60) return;
  const away = toward(self, pillar, -(1 - gap / 60) * 1.4);
  way.x += away.x;
  way.y += away.y;
}
