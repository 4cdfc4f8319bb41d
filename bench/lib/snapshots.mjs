// Messages as games send them: states of a world as JSON, the same in every run; and their compressed frames.
import { constants, deflateRawSync } from 'node:zlib';
import { encodeFrame } from 'websocketpeer/codec';

const MASK_KEY = new Uint8Array([0x37, 0xfa, 0x21, 0x3d]);
/** RSV1, in the first byte of a frame: the message is compressed (RFC 7692 §6). */
const COMPRESSED = 0x40;
/** What a payload leaves out of a sync flush (§7.2.1). */
const TAIL_SIZE = 4;
const KINDS = ['ship', 'rock', 'shot', 'base'];
/** Bytes of an entity, at the least. */
const ENTITY_SIZE = 50;

/** Pseudo-random whole numbers below a limit, the same in every run. */
function randomOf(seed) {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >>> 8) % limit;
  };
}

const entityOf = (id, below) => ({
  id,
  kind: KINDS[below(KINDS.length)],
  x: below(100_000) / 100,
  y: below(100_000) / 100,
  angle: below(628) / 100,
  hp: below(101),
});

function move(entity, below) {
  entity.x = Math.round(entity.x * 100 + below(300)) / 100;
  entity.y = Math.round(entity.y * 100 + below(300)) / 100;
  if (below(8) === 0) entity.hp = below(101);
}

/** JSON of `size` bytes each: following ticks of one world, cut off. */
export function snapshots(size, count) {
  const below = randomOf(1);
  const entities = Array.from({ length: Math.ceil(size / ENTITY_SIZE) }, (_, id) => entityOf(id, below));
  return Array.from({ length: count }, (_, tick) => {
    for (const entity of entities) move(entity, below);
    return new TextEncoder().encode(JSON.stringify({ tick: 48_213 + tick, entities })).subarray(0, size);
  });
}

/** The masked frame of a text message; compressed, where that makes it shorter, if `deflated`. */
export function questionOf(payload, deflated) {
  const flushed = deflated ? deflateRawSync(payload, { level: 1, finishFlush: constants.Z_SYNC_FLUSH }) : payload;
  if (!deflated || flushed.length - TAIL_SIZE >= payload.length) {
    return encodeFrame({ opcode: 'text', payload, maskKey: MASK_KEY });
  }
  const frame = encodeFrame({
    opcode: 'text',
    payload: flushed.subarray(0, -TAIL_SIZE),
    maskKey: MASK_KEY,
  });
  frame[0] |= COMPRESSED;
  return frame;
}
