// Recorded frames of the engine, both roles: the same calls put the same bytes on the wire, the mask apart.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { type MemoryPeer, openPeer, type Side } from '../../helpers/memory-stream-peer.js';
import { world } from '../../helpers/memory-stream-platform.js';
import { OP, toHex } from '../../helpers/raw-peer-frames.js';
import { useReports } from '../../helpers/reports.js';

vi.mock('#platform', () => import('../../helpers/memory-stream-platform.js'));

const reports = useReports();
beforeEach(() => world.reset());

interface RecordedFrame {
  readonly id: string;
  readonly role: Side;
  readonly kind: string;
  readonly payload_bytes: number;
  readonly returned: number | null;
  readonly wire_bytes: number;
  readonly header_hex: string;
  readonly masked: boolean;
  readonly payload_sha256: string;
}

const { frames } = JSON.parse(readFileSync(new URL('../../golden/frames.json', import.meta.url), 'utf8')) as {
  frames: RecordedFrame[];
};

const A = 0x61;

/** Bytes 00, 01 .. ff, 00 .. */
function counting(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => i & 255);
}

/** Reasons of the recorded close calls, by their length. */
function reasonOf(length: number): string {
  return length === 5 ? 'going' : (length === 1 ? 'a' : 'r').repeat(length);
}

/** The call that a record's id names; returns what the call returned. */
function perform(here: MemoryPeer, { id, kind, payload_bytes: size }: RecordedFrame): number | null {
  const { peer } = here;
  const [what, first, second] = id.split('.')[0].split('_');
  if (id.startsWith('text_utf8')) return peer.send_text('hé€😀');
  if (id.startsWith('put_packet')) return peer.put_packet(Uint8Array.of(A));
  // What put_var encodes is another matter: its packet is a binary one like any other.
  if (kind === 'put_var(7)') return peer.put_packet(Uint8Array.of(2, 0, 0, 0, 7, 0, 0, 0));
  if (what === 'text') return peer.send(new Uint8Array(size).fill(A), 0);
  if (what === 'binary') return peer.send(counting(size));
  if (what === 'close') peer.close(Number(first), reasonOf(Number(second)));
  else if (what === 'pong') here.receive(OP.PING, new Uint8Array(size).fill(A));
  else if (what === 'ping') peer.heartbeat_interval = 1;
  else throw new Error(`no call for ${id}`);
  return null;
}

describe('frames.json', () => {
  test.each(frames)('$id: $kind', (record) => {
    const here = openPeer(record.role, (peer) => {
      peer.outbound_buffer_size = 0;
    });
    expect(perform(here, record)).toBe(record.returned);
    here.peer.poll();
    const wire = here.stream.takeWritten();
    expect(wire.length).toBe(record.wire_bytes);
    here.stream.writes = [wire];
    const sent = here.takeFrames();
    expect(sent).toHaveLength(1);
    const [{ header, masked, payload }] = sent;
    expect([toHex(header), masked]).toEqual([record.header_hex, record.masked]);
    expect(createHash('sha256').update(payload).digest('hex')).toBe(record.payload_sha256);
    expect(reports.take()).toEqual([]);
  });

  test('holds both roles', () => {
    expect(new Set(frames.map(({ role }) => role))).toEqual(new Set(['client', 'server']));
    expect(frames.length).toBeGreaterThan(50);
  });
});
