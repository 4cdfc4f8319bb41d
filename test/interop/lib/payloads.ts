// What the tests send: bytes that show where something was lost, moved or doubled, and text of an exact size.
import type { Packet } from './live-peer.js';

const encoder = new TextEncoder();

/** `size` bytes in which no two stretches are alike. */
export function binaryOf(size: number, seed = 0): Packet {
  const bytes = new Uint8Array(size);
  let state = (seed * 2654435761 + 1) >>> 0;
  for (let at = 0; at < size; at += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return { text: false, bytes };
}

/** Text that takes `size` bytes in UTF-8, with characters of one to four bytes. */
export function textOf(size: number): Packet {
  const unit = 'aé€😀'; // 1 + 2 + 3 + 4 bytes
  return { text: true, bytes: encoder.encode(unit.repeat(Math.floor(size / 10)) + 'x'.repeat(size % 10)) };
}

export function textPacket(text: string): Packet {
  return { text: true, bytes: encoder.encode(text) };
}

/** A packet as one short line, for comparisons that stay readable with 16 MiB on each side. */
export function summary({ text, bytes }: Packet): string {
  return `${text ? 'text' : 'binary'} ${bytes.length} ${fingerprint(bytes)}`;
}

// FNV-1a: every byte and its place count.
function fingerprint(bytes: Uint8Array): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < bytes.length; at += 1) hash = Math.imul(hash ^ bytes[at], 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
