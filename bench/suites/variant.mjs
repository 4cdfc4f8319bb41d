// Encoding and decoding of Godot's binary values as games send them, beside another package for the same format and one
// for another format.
import { bytes_to_var, PackedVector3Array, Vector3, var_to_bytes, var2bytes } from 'websocketpeer/variant';
import { timePerCall } from '../lib/contest.mjs';
import { loadModule } from '../lib/contestants.mjs';

export const title = 'Variants';
export const unit = 'ns a value';
export const better = 'lower';
export const about =
  'One value to bytes, or back. msgpackr packs objects where Godot has dictionaries and vectors, and typed arrays by its ' +
  'own extension. @gd-com/utils reads and writes the older numbering of types, has no vectors inside of arrays when it ' +
  'writes, and takes the floats as a plain array.';

const MOVE = {
  type: 'move',
  id: 12,
  name: 'player one',
  x: 1.5,
  y: -20.25,
  angle: 0.1,
  alive: true,
  score: 123456,
  team: 'red',
  target: null,
};
const POINTS = Array.from({ length: 100 }, (_, i) => new Vector3(i * 0.5, i * 0.25, -i));
const FLOATS = Float32Array.from({ length: 10_000 }, (_, i) => Math.sin(i));

/** Each value in the form of every contestant; undefined where one does not support it. */
const VALUES = [
  { name: 'dictionary of ten entries', own: MOVE, packed: MOVE, other: MOVE, otherReads: true, slack: 1.5 },
  {
    name: 'array of 100 Vector3',
    own: POINTS,
    packed: POINTS.map(({ x, y, z }) => ({ x, y, z })),
    otherReads: true,
    slack: 1.5,
  },
  {
    name: 'packed array of 100 Vector3',
    own: new PackedVector3Array(POINTS),
    packed: FLOATS.slice(0, 300),
    slack: 1.5,
  },
  {
    name: 'packed array of 10,000 floats',
    own: FLOATS,
    packed: FLOATS,
    other: [...FLOATS],
    otherReads: true,
    slack: 1,
  },
];

/** At least as fast as each of the others, but for the slack that msgpackr's format gets. */
function targetsOf({ slack }, contestants) {
  return Object.keys(contestants)
    .filter((name) => name !== 'websocketpeer')
    .map((versus) => ({ versus, atLeast: versus === 'msgpackr' ? Number((1 / slack).toFixed(2)) : 1 }));
}

export function cases({ milliseconds }) {
  const gdCom = loadModule('@gd-com/utils');
  const msgpackr = loadModule('msgpackr');
  const packr = msgpackr === null ? null : new msgpackr.Packr({ moreTypes: true, useRecords: false });
  const timed = (work) => () => timePerCall(work, milliseconds);
  const contest = (label, value, contestants) => ({ label, contestants, targets: targetsOf(value, contestants) });
  return VALUES.flatMap((value) => {
    const { name, own, packed, other, otherReads } = value;
    const encoders = { websocketpeer: timed(() => var_to_bytes(own)) };
    const bytes = var_to_bytes(own);
    const decoders = { websocketpeer: timed(() => bytes_to_var(bytes)) };
    if (packr !== null) {
      const message = Buffer.from(packr.pack(packed));
      encoders.msgpackr = timed(() => packr.pack(packed));
      decoders.msgpackr = timed(() => packr.unpack(message));
    }
    if (gdCom !== null && other !== undefined) encoders['@gd-com/utils'] = timed(() => gdCom.putVar(other));
    if (gdCom !== null && otherReads) {
      const older = Buffer.from(other === undefined ? var2bytes(own) : gdCom.putVar(other));
      decoders['@gd-com/utils'] = timed(() => gdCom.getVar(older));
    }
    return [contest(`encode, ${name}`, value, encoders), contest(`decode, ${name}`, value, decoders)];
  });
}
