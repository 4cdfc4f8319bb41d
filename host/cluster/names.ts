// Names of rooms: which are valid, where a request's target has one, and what they and processes are called in the
// directory and in subjects.

const ROOM_NAME = /^[A-Za-z0-9_-]{1,64}$/;
/** A target is this long at most when each character of a name is escaped; what follows `?` is not counted. */
const MAX_PATH_LENGTH = 1 + 3 * 64;

export const ROOM_PREFIX = 'room.';
export const PROCESS_PREFIX = 'proc.';

const utf8 = new TextEncoder();

const hexDigits = (byte: number): string => byte.toString(16).padStart(2, '0');

/** Whether `name` may be a room's: 1 to 64 ASCII letters, digits, `_` and `-`. */
export function isRoomName(name: string): boolean {
  // `$` would also match before a line feed if the pattern had the flag `m`; it has not.
  return ROOM_NAME.test(name);
}

/** `text` as the hexadecimal digits of its UTF-8: no text of anyone is ever a part of a key or a subject. */
export function hexOf(text: string): string {
  return Array.from(utf8.encode(text), hexDigits).join('');
}

export function processHex(id: number): string {
  return (id >>> 0).toString(16).padStart(8, '0');
}

/** Key of a room in the directory. */
export function roomKey(name: string): string {
  return ROOM_PREFIX + hexOf(name);
}

/** Key of a process in the directory. */
export function processKey(id: number): string {
  return PROCESS_PREFIX + processHex(id);
}

/** Subject on which the process makes rooms. */
export function makeSubject(id: number): string {
  return `wsp.make.${processHex(id)}`;
}

/** Process of a key in the directory, null when the key is not a process's. */
export function processOfKey(key: string): number | null {
  const hex = key.startsWith(PROCESS_PREFIX) ? key.slice(PROCESS_PREFIX.length) : '';
  return /^[0-9a-f]{8}$/.test(hex) && hex !== '00000000' ? Number.parseInt(hex, 16) : null;
}

/** Room that a request's target names: `/room-7?token=x` is `room-7`. Null when that is no room's name. */
export function roomOfTarget(target: string): string | null {
  const end = target.indexOf('?');
  const path = end < 0 ? target : target.slice(0, end);
  if (!path.startsWith('/') || path.length > MAX_PATH_LENGTH) return null;
  const name = decoded(path.slice(1));
  return name !== null && isRoomName(name) ? name : null;
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
