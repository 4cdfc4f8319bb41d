// Class "decompression bomb": compressed messages where nothing is decompressed, and where compression is on.
import { deflateRawSync } from 'node:zlib';
import { expect, vi } from 'vitest';
import { deflater } from '../../host/transport/node/deflater.js';
import { attack, expectTold } from '../helpers/attack.js';
import { concat } from '../helpers/memory-stream.js';
import { OP } from '../helpers/raw-peer-frames.js';
import type { Meeting, Properties } from '../helpers/stage.js';

const HELLO = [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00];
const COMPRESSED = { rsv: 4 };
const ON: Properties = { compression_mode: 1 };
/** inbound_buffer_size at start. */
const LIMIT = 65_535;
/** They are 97 KB on the wire, and would be 79 MB. */
const BOMBS = 1200;
/** Decompressed while the game takes none: the bytes from which on a multiplayer class takes none either, and a few more. */
const MOST_KEPT = 17 * 2 ** 20;

/** As an offer and as an answer. */
const AGREEMENT =
  'Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover';

/** A message of `length` bytes, zeros but for its number at the front, as few bytes. */
function bomb(length: number, number = 0): Uint8Array {
  const bytes = Buffer.alloc(length);
  bytes.writeUInt32LE(number);
  return deflateRawSync(bytes, { level: 9 });
}

function throwIn(meeting: Meeting, ...bombs: readonly Uint8Array[]): void {
  meeting.raw.send(concat(bombs.map((bytes) => meeting.frame(OP.BINARY, bytes, COMPRESSED))));
}

for (const [what, opcode] of [
  ['text', OP.TEXT],
  ['binary', OP.BINARY],
] as const) {
  attack('decompression bomb', `a compressed ${what} frame (RSV1, §5.2) ends with 1002`, {}, async (stage) => {
    const meeting = await stage.meet();
    await meeting.open();
    meeting.send(opcode, HELLO, COMPRESSED);
    expect(await meeting.farewell()).toBe(1002);
  });
}

attack('decompression bomb', 'compression on: 48 MiB in 49 KB end with 1009', ON, async (stage) => {
  const meeting = await stage.meet();
  await meeting.open([AGREEMENT]);
  throwIn(meeting, bomb(48 * 2 ** 20));
  expect(await meeting.farewell()).toBe(1009);
  expectTold('decompression bomb', stage);
});

attack('decompression bomb', 'compression on: what is not DEFLATE ends with 1007', ON, async (stage) => {
  const meeting = await stage.meet();
  await meeting.open([AGREEMENT]);
  meeting.send(OP.BINARY, [0xff, 0xff, 0xff, 0xff], COMPRESSED);
  expect(await meeting.farewell()).toBe(1007);
  expectTold('decompression bomb', stage);
});

attack(
  'decompression bomb',
  `compression on: ${BOMBS} small messages that are 79 MB wait as they came while a game takes none, then all arrive`,
  ON,
  async (stage) => {
    const meeting = await stage.meet();
    await meeting.open([AGREEMENT]);
    const inflate = vi.spyOn(deflater(), 'inflate');
    stage.atEnd(() => inflate.mockRestore());
    throwIn(meeting, ...Array.from({ length: BOMBS }, (_, number) => bomb(LIMIT, number)));
    meeting.send(OP.PING, 'behind them');
    for (let poll = 0; poll < BOMBS; poll += 1) {
      stage.poll();
      if (poll % 4 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(inflate.mock.calls.length).toBeGreaterThan(0);
    expect(inflate.mock.calls.length * LIMIT).toBeLessThan(MOST_KEPT);
    const numbers: number[] = [];
    await stage.play(() => {
      while (meeting.seat.get_available_packet_count() > 0) {
        const packet = meeting.seat.get_packet();
        expect(packet.length).toBe(LIMIT);
        numbers.push(Buffer.from(packet.buffer, packet.byteOffset, 4).readUInt32LE());
      }
      return numbers.length === BOMBS;
    }, 'all messages');
    expect(numbers).toEqual(Array.from({ length: BOMBS }, (_, number) => number));
  },
);
