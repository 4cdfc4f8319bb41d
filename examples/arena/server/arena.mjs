// One arena as it is played: its visitors, its room stepped 30 times a second, who is told what. It does not know how
// its visitors are connected.
import { encodeSnapshot } from '../shared/packets.mjs';
import { TICK_MS } from '../shared/rules.mjs';
import { addCounts } from './figures.mjs';
import { Room } from './room.mjs';
import { Visitor } from './visitor.mjs';

const HELLO_WITHIN_MS = 8000;
const TRY_AGAIN_LATER = 1013;
/** After a pause of the whole process no more than this is made up for. */
const MOST_STEPS_AT_ONCE = 5;

export class Arena {
  #room = new Room();
  /** Visitors with the time at which they came. */
  #visitors = new Map();
  #byId = new Map();
  #timer = null;
  #steppedAt = 0;
  #totals = { connections: 0, received: 0, sent: 0, bytesSent: 0, skipped: 0, tags: 0 };
  #hub = {
    hello: (visitor) => this.#enter(visitor),
    stick: (visitor, stick) => this.#room.steer(visitor.id, stick),
    chat: (visitor, text) => this.#tellAll({ kind: 'chat', id: visitor.id, name: visitor.name, text }),
    renamed: (visitor) => {
      this.#nameOf(visitor);
      this.#tellWho();
    },
    gone: (visitor) => this.#leave(visitor),
  };
  /** Called as `onGone(peer)` when a visitor's connection has ended. */
  onGone = () => {};

  constructor() {
    this.#room.onTag = (by, whom) => {
      this.#totals.tags += 1;
      this.#tellAll({ kind: 'tag', by, whom });
    };
  }

  begin() {
    this.#steppedAt = performance.now();
    this.#timer = setInterval(() => this.#run(), TICK_MS);
  }

  /** Somebody is there; `peer` is their WebSocketPeer, or what looks like one. */
  admit(peer) {
    const visitor = new Visitor(peer, this.#hub);
    this.#totals.connections += 1;
    this.#visitors.set(visitor, performance.now());
    peer.connect('activity', () => visitor.look(performance.now()));
    visitor.look(performance.now());
  }

  /** Of all who are connected, in the game or on their way into it. */
  get visitors() {
    return this.#visitors.size;
  }

  get players() {
    return this.#byId.size;
  }

  /** Of players, bots not counted. */
  get guests() {
    return [...this.#byId.values()].filter((visitor) => !visitor.isBot).length;
  }

  /** What was counted so far. */
  get totals() {
    const totals = { ...this.#totals, ticks: this.#room.tick };
    for (const visitor of this.#visitors.keys()) addCounts(totals, visitor.counts);
    return totals;
  }

  /** Says goodbye to everybody; resolves when the last is gone. */
  async stop() {
    for (const visitor of [...this.#visitors.keys()]) visitor.close(1001, 'the arena closes');
    while (this.#visitors.size > 0) {
      await new Promise((resolve) => setTimeout(resolve, TICK_MS));
      for (const visitor of [...this.#visitors.keys()]) visitor.look(performance.now());
    }
    this.end();
  }

  end() {
    clearInterval(this.#timer);
  }

  #enter(visitor) {
    visitor.id = this.#room.enter();
    if (visitor.id === 0) {
      visitor.close(TRY_AGAIN_LATER, 'the arena is full');
      return;
    }
    this.#nameOf(visitor);
    this.#byId.set(visitor.id, visitor);
    visitor.tell({ kind: 'welcome', id: visitor.id });
    this.#tellWho();
  }

  #nameOf(visitor) {
    if (visitor.name === '') visitor.name = `Guest ${visitor.id}`;
  }

  #leave(visitor) {
    if (!this.#visitors.delete(visitor)) return;
    addCounts(this.#totals, visitor.counts);
    this.onGone(visitor.peer);
    if (!this.#byId.delete(visitor.id)) return;
    this.#room.leave(visitor.id);
    this.#tellWho();
  }

  #run() {
    const now = performance.now();
    const due = Math.floor((now - this.#steppedAt) / TICK_MS);
    if (due === 0) return;
    const steps = Math.min(due, MOST_STEPS_AT_ONCE);
    this.#steppedAt = due > steps ? now : this.#steppedAt + due * TICK_MS;
    for (let step = 0; step < steps; step += 1) this.#room.step();
    const bytes = encodeSnapshot(this.#room.tick, [...this.#room.players.values()], this.#room.shots);
    for (const [visitor, since] of [...this.#visitors]) {
      visitor.look(now);
      if (visitor.id === 0 && now - since > HELLO_WITHIN_MS && visitor.isOpen) visitor.close(1008, 'no hello');
      visitor.show(bytes);
    }
  }

  #tellWho() {
    const players = [...this.#byId.values()].map(({ id, name, isBot }) => [id, name, isBot]);
    this.#tellAll({ kind: 'who', players });
  }

  #tellAll(words) {
    for (const visitor of this.#byId.values()) visitor.tell(words);
  }
}
