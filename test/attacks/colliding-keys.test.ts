// Class "colliding keys": dictionaries whose integer keys fall into one bucket of a Map.
import { expect } from 'vitest';
import { decodeVariant } from '../../host/variant/codec.js';
import { attack, expectTold, growth } from '../helpers/attack.js';
import { expectLinear } from '../helpers/growth.js';
import { OP } from '../helpers/raw-peer-frames.js';
import { Godot3ClientStage } from '../helpers/stage-clients.js';
import { Godot3ServerStage } from '../helpers/stage-servers.js';

const DICTIONARY = { 3: 18, 4: 27 } as const;
const TYPE_INT = 2;

/** V8's hash of a small integer, which has no secret. */
function hashOf(value: number): number {
  let hash = ~value + (value << 15);
  hash ^= hash >>> 12;
  hash += hash << 2;
  hash ^= hash >>> 4;
  hash = Math.imul(hash, 2057);
  return (hash ^ (hash >>> 16)) & 0x3fffffff;
}

/** Keys of which `bits` bits of the hash are 0. */
function colliding(count: number, bits: number): number[] {
  const keys: number[] = [];
  for (let key = 1; keys.length < count; key += 1) if ((hashOf(key) & (2 ** bits - 1)) === 0) keys.push(key);
  return keys;
}

function dictionary(generation: 3 | 4, keys: readonly number[]): Uint8Array {
  const values: number[] = [DICTIONARY[generation], keys.length];
  for (const key of keys) values.push(TYPE_INT, key, 0);
  return new Uint8Array(Uint32Array.from(values).buffer);
}

const HOSTILE = colliding(2000, 13);

attack(
  'colliding keys',
  'keys that collide beyond chance are refused, and the connection goes on',
  {},
  async (stage) => {
    const generation = stage instanceof Godot3ServerStage || stage instanceof Godot3ClientStage ? 3 : 4;
    const meeting = await stage.meet();
    await meeting.open();
    const { seat } = meeting;
    meeting.send(OP.BINARY, dictionary(generation, HOSTILE));
    meeting.send(OP.BINARY, dictionary(generation, [1, 2, 3]));
    await stage.play(() => seat.get_available_packet_count() > 1, 'packets');
    expect(seat.get_var()).toBe(null);
    expectTold('colliding keys', stage);
    expect(seat.get_var()).not.toBe(null);
  },
);

for (const generation of [3, 4] as const) {
  growth('colliding keys', `a dictionary of colliding keys costs each byte once (Godot ${generation})`, () => {
    expectLinear((count) => {
      const keys = colliding(Math.ceil(count / 64), 12);
      const encoded = dictionary(generation, [...Array.from({ length: count }, (_, i) => i), ...keys]);
      return () => decodeVariant(generation, encoded);
    }, 5000);
  });
}
