// The arena's rules without sockets: hits, pillars, who may be how fast, and packets that are none.
import { describe, expect, it } from 'vitest';
import { Bucket, tidy } from '../../examples/arena/server/limits.mjs';
import { MAX_PLAYERS, Room } from '../../examples/arena/server/room.mjs';
import {
  decodePing,
  decodeSnapshot,
  decodeStick,
  decodeWords,
  encodePing,
  encodeSnapshot,
  encodeStick,
} from '../../examples/arena/shared/packets.mjs';
import * as rules from '../../examples/arena/shared/rules.mjs';

/** Everybody comes at the same place on the left, far from every pillar; tests put them where they need them. */
function roomOf(...places: { x: number; y: number }[]): Room {
  const room = new Room(() => 0.02);
  for (const place of places) {
    const player = room.players.get(room.enter());
    if (player !== undefined) Object.assign(player, place);
  }
  return room;
}

const steps = (room: Room, count: number): void => {
  for (let step = 0; step < count; step += 1) room.step();
};
const shootRight = { x: 0, y: 0, aim: 0, fire: true };

describe('a room', () => {
  it('three hits tag a player, who is back after a while', () => {
    const room = roomOf({ x: 100, y: 500 }, { x: 300, y: 500 });
    const tags: number[][] = [];
    room.onTag = (...ids: number[]) => tags.push(ids);
    steps(room, rules.SHIELD_TICKS);
    room.steer(1, shootRight);
    while (tags.length === 0) room.step();
    expect(tags).toEqual([[1, 2]]);
    expect(room.players.get(1)?.score).toBe(1);
    expect(room.players.get(2)?.health).toBe(0);
    room.steer(1, { ...shootRight, fire: false });
    steps(room, rules.RESPAWN_TICKS);
    expect(room.players.get(2)?.health).toBe(rules.HEALTH);
    expect(room.players.get(2)?.isShielded).toBe(true);
  });

  it('who has just come can not be hurt', () => {
    const room = roomOf({ x: 100, y: 500 }, { x: 200, y: 500 });
    room.steer(1, shootRight);
    steps(room, rules.SHIELD_TICKS - 1);
    expect(room.players.get(2)?.health).toBe(rules.HEALTH);
  });

  it('pillars stop shots and players', () => {
    const room = roomOf({ x: 600, y: 500 }, { x: 1000, y: 500 });
    steps(room, rules.SHIELD_TICKS);
    room.steer(1, { ...shootRight, x: 1 });
    steps(room, 60);
    expect(room.players.get(2)?.health).toBe(rules.HEALTH);
    expect(room.players.get(1)?.x).toBeCloseTo(800 - 92 - rules.PLAYER_RADIUS);
  });

  it('nobody is faster by a stick that is pushed into a corner', () => {
    const body = { x: 100, y: 100 };
    rules.move(body, 1, 1, 0.1);
    expect(Math.hypot(body.x - 100, body.y - 100)).toBeCloseTo(rules.PLAYER_SPEED * 0.1);
  });

  it('is full at some point, and gives the ids of those who left', () => {
    const room = new Room();
    const ids = Array.from({ length: MAX_PLAYERS }, () => room.enter());
    expect(room.enter()).toBe(0);
    room.leave(ids[4] ?? 0);
    expect(room.enter()).toBe(ids[4]);
  });
});

describe('packets', () => {
  it('come back as they were', () => {
    const stick = { x: -1, y: 0.5, aim: Math.PI, fire: true };
    expect(decodeStick(encodeStick(300, stick))).toMatchObject({ number: 44, x: -1, aim: Math.PI, fire: true });
    expect(decodePing(encodePing(0xffff_fffe))).toBe(0xffff_fffe);
    const room = roomOf({ x: 100, y: 200.5 });
    room.steer(1, shootRight);
    room.step();
    const seen = decodeSnapshot(encodeSnapshot(room.tick, [...room.players.values()], room.shots));
    expect(seen?.players.get(1)).toMatchObject({ x: 100, y: 200.5, health: rules.HEALTH, score: 0 });
    expect([...(seen?.shots.values() ?? [])]).toMatchObject([{ owner: 1, y: 200.5 }]);
  });

  it('that are none give null, at every length', () => {
    const room = roomOf({ x: 100, y: 200 });
    const whole = encodeSnapshot(1, [...room.players.values()], []);
    for (let length = 0; length < whole.length; length += 1) {
      const cut = whole.slice(0, length);
      expect([decodeSnapshot(cut), decodeStick(cut), decodePing(cut)]).toEqual([null, null, null]);
    }
    for (const text of ['', '{', 'null', '[]', '"kind"', '{"kind":1}', '\u0000']) {
      expect(decodeWords(new TextEncoder().encode(text))).toBeNull();
    }
    expect(decodeWords(Uint8Array.of(0xff, 0xfe))).toBeNull();
  });
});

describe('limits', () => {
  it.each<[unknown, string]>([
    ['  a \n\t b  ', 'a b'],
    ['\u202eabc\u0007', 'abc'],
    ['e\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301!', 'é\u0301\u0301\u0301\u0301!'],
    ['🎮'.repeat(20), '🎮'.repeat(8)],
    [{ toString: null }, ''],
    [undefined, ''],
  ])('tidies %j', (text, tidied) => expect(tidy(text, 8)).toBe(tidied));

  it('a bucket gives what it holds, and then as fast as it fills', () => {
    const bucket = new Bucket(2, 10);
    expect([bucket.take(0), bucket.take(0), bucket.take(0)]).toEqual([true, true, false]);
    expect([bucket.take(99), bucket.take(101)]).toEqual([false, true]);
  });
});
