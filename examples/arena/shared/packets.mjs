// What travels as bytes, little-endian: a player's stick, the arena's state, and pings. Words (names, chat, who is
// there) travel as text, JSON with a `kind`. Reading never throws: a packet that is none gives null.
//
//   stick     01 | number u8 | x i8 | y i8 | aim u8 | fire u8          page -> server; axes in 127ths, aim in 256ths
//   ping      02 | stamp u32                                           either way, the server sends it back as it is
//   snapshot  11 | tick u32 | players u8 | players * | shots u8 | shots *
//     player  id u8 | x u16 | y u16 | aim u8 | state u8 | score u16     x and y in 32nds of a unit
//     shot    number u16 | owner u8 | x u16 | y u16
//   state     bits 0-1 health, bit 2 shielded; 0 while away
//
// Out of a room behind a gateway (`npm start -- --processes N`) everything comes as bytes, as from each multiplayer peer of
// Godot: words begin with their brace, which no other packet does, and the first packet is the connection's id, 4 bytes,
// which nobody needs here.
import { HEALTH } from './rules.mjs';

export const STICK = 0x01;
export const PING = 0x02;
export const SNAPSHOT = 0x11;

const STICK_SIZE = 6;
const PING_SIZE = 5;
const PLAYER_SIZE = 9;
const SHOT_SIZE = 7;
const FRACTION = 32;
const TURN = 2 * Math.PI;
const SHIELDED = 4;
const BRACE = 0x7b;

const viewOf = (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

export const aimToByte = (radians) => Math.round((radians / TURN) * 256) & 255;
export const byteToAim = (byte) => (byte / 256) * TURN;

/** A stick: `x` and `y` from -1 to 1, `aim` in radians, `fire` a boolean. */
export function encodeStick(number, { x, y, aim, fire }) {
  return Uint8Array.of(
    STICK,
    number & 255,
    Math.round(x * 127) & 255,
    Math.round(y * 127) & 255,
    aimToByte(aim),
    +fire,
  );
}

export function decodeStick(bytes) {
  if (bytes.length !== STICK_SIZE || bytes[0] !== STICK) return null;
  const view = viewOf(bytes);
  const axis = (at) => Math.max(-1, view.getInt8(at) / 127);
  return { number: bytes[1], x: axis(2), y: axis(3), aim: byteToAim(bytes[4]), fire: bytes[5] !== 0 };
}

export function encodePing(stamp) {
  const bytes = new Uint8Array(PING_SIZE);
  bytes[0] = PING;
  viewOf(bytes).setUint32(1, stamp, true);
  return bytes;
}

/** The stamp of a ping, or null. */
export function decodePing(bytes) {
  return bytes.length === PING_SIZE && bytes[0] === PING ? viewOf(bytes).getUint32(1, true) : null;
}

export function encodeSnapshot(tick, players, shots) {
  const bytes = new Uint8Array(7 + players.length * PLAYER_SIZE + shots.length * SHOT_SIZE);
  const view = viewOf(bytes);
  bytes[0] = SNAPSHOT;
  view.setUint32(1, tick, true);
  bytes[5] = players.length;
  let at = 6;
  for (const player of players) {
    bytes[at] = player.id;
    view.setUint16(at + 1, player.x * FRACTION, true);
    view.setUint16(at + 3, player.y * FRACTION, true);
    bytes[at + 5] = aimToByte(player.aim);
    bytes[at + 6] = player.health | (player.isShielded ? SHIELDED : 0);
    view.setUint16(at + 7, Math.min(player.score, 65535), true);
    at += PLAYER_SIZE;
  }
  bytes[at++] = shots.length;
  for (const shot of shots) {
    view.setUint16(at, shot.number, true);
    bytes[at + 2] = shot.owner;
    view.setUint16(at + 3, shot.x * FRACTION, true);
    view.setUint16(at + 5, shot.y * FRACTION, true);
    at += SHOT_SIZE;
  }
  return bytes;
}

/** `{ tick, players: Map, shots: Map }` by id and number, or null. */
export function decodeSnapshot(bytes) {
  if (bytes.length < 7 || bytes[0] !== SNAPSHOT) return null;
  const shotsAt = 6 + bytes[5] * PLAYER_SIZE;
  if (bytes.length !== shotsAt + 1 + (bytes[shotsAt] ?? 0) * SHOT_SIZE) return null;
  const view = viewOf(bytes);
  const point = (at) => ({ x: view.getUint16(at, true) / FRACTION, y: view.getUint16(at + 2, true) / FRACTION });
  const players = new Map();
  for (let at = 6; at < shotsAt; at += PLAYER_SIZE) {
    players.set(bytes[at], {
      id: bytes[at],
      ...point(at + 1),
      aim: byteToAim(bytes[at + 5]),
      health: bytes[at + 6] & HEALTH,
      isShielded: (bytes[at + 6] & SHIELDED) !== 0,
      score: view.getUint16(at + 7, true),
    });
  }
  const shots = new Map();
  for (let at = shotsAt + 1; at < bytes.length; at += SHOT_SIZE) {
    shots.set(view.getUint16(at, true), { owner: bytes[at + 2], ...point(at + 3) });
  }
  return { tick: view.getUint32(1, true), players, shots };
}

/** Whether a packet is words. */
export function isWords(bytes, isText) {
  return isText || bytes[0] === BRACE;
}

/** The object of a packet of words, or null for what is no object with a `kind`. */
export function decodeWords(bytes) {
  try {
    const words = JSON.parse(new TextDecoder().decode(bytes));
    return typeof words?.kind === 'string' ? words : null;
  } catch {
    return null;
  }
}
