// Flow control against `ws`: a reader that is slow loses nothing, and what waits for it stays within its limits.
import { expect, it } from 'vitest';
import { ERR_OUT_OF_MEMORY, OK } from '../../host/index.js';
import { useReports } from '../helpers/reports.js';
import { binaryOf } from './lib/payloads.js';
import { describeSides } from './lib/sides.js';

const PACKET_SIZE = 16384;
/** 64 MiB: more than the kernel's buffers on both sides take. */
const PACKET_COUNT = 4096;

function numbered(index: number): Uint8Array {
  const { bytes } = binaryOf(PACKET_SIZE);
  new DataView(bytes.buffer).setUint32(0, index);
  return bytes;
}

const numberOf = (bytes: Uint8Array): number => new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);

describeSides((open) => {
  useReports();

  it('holds ws back while the game does not read, and then loses nothing', async () => {
    const { ours, ws } = await open();
    ours.reading = false;
    for (let index = 0; index < PACKET_COUNT; index += 1) ws.socket.send(numbered(index));
    await ours.until(() => ours.peer.get_available_packet_count() > 0);
    await settled(() => ws.socket.bufferedAmount);
    expect(ws.socket.bufferedAmount).toBeGreaterThan(PACKET_SIZE);
    for (let index = 0; index < PACKET_COUNT; index += 1) {
      await ours.until(() => ours.peer.get_available_packet_count() > 0);
      expect(ours.peer.get_available_packet_count() * PACKET_SIZE).toBeLessThanOrEqual(ours.peer.inbound_buffer_size);
      const { bytes } = ours.take();
      expect([numberOf(bytes), bytes.length]).toEqual([index, PACKET_SIZE]);
      ours.look();
    }
    expect(ws.socket.bufferedAmount).toBe(0);
  });

  it('refuses to queue more than outbound_buffer_size while ws does not read, and loses nothing', async () => {
    const { ours, ws } = await open();
    ours.peer.outbound_buffer_size = 4 * PACKET_SIZE;
    ws.socket.pause();
    let sent = 0;
    const sendWhatFits = (): number => {
      for (; sent < PACKET_COUNT; sent += 1) {
        const error = ours.peer.send(numbered(sent));
        if (error !== OK) return error;
      }
      return OK;
    };
    // The kernel takes some; after that nothing moves until ws reads.
    await settled(() => {
      expect([OK, ERR_OUT_OF_MEMORY]).toContain(sendWhatFits());
      return sent;
    });
    expect(sent).toBeLessThan(PACKET_COUNT);
    expect(sendWhatFits()).toBe(ERR_OUT_OF_MEMORY);
    expect(ours.peer.get_current_outbound_buffered_amount()).toBeLessThanOrEqual(4 * PACKET_SIZE);
    ws.socket.resume();
    while (sendWhatFits() !== OK) await new Promise((resolve) => setImmediate(resolve));
    const packets = await ws.received(PACKET_COUNT);
    expect(packets.findIndex(({ bytes }, index) => numberOf(bytes) !== index)).toBe(-1);
  });
});

/** Resolves once `value` has stayed the same for a hundred turns of the event loop. */
async function settled(value: () => number): Promise<void> {
  let last = value();
  for (let same = 0; same < 100; same += 1) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    const now = value();
    if (now !== last) same = 0;
    last = now;
  }
}
