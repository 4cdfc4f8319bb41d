// Messages and control frames between this package and `ws`, in both roles, plain and over TLS.
import { expect, it } from 'vitest';
import type { WebSocketPeer } from '../../host/index.js';
import type { Packet } from './lib/live-peer.js';
import { binaryOf, summary, textOf, textPacket } from './lib/payloads.js';
import { describeSides } from './lib/sides.js';

const MIB = 1 << 20;
const SIZES = [0, 1, 125, 126, 65535, 65536, MIB, 16 * MIB];

function roomy(peer: WebSocketPeer): void {
  peer.inbound_buffer_size = 16 * MIB;
  peer.outbound_buffer_size = 40 * MIB;
}

const text = ({ bytes }: Packet): string => Buffer.from(bytes).toString();

describeSides((open) => {
  it.each(SIZES)('§5.6 text and binary of %i bytes arrive whole, both ways', async (size) => {
    const { ours, ws } = await open({ configure: roomy });
    const packets = [textOf(size), binaryOf(size)];
    for (const packet of packets) {
      ours.send(packet);
      ws.send(packet);
    }
    expect((await ws.received(2)).map(summary)).toEqual(packets.map(summary));
    expect((await ours.received(2)).map(summary)).toEqual(packets.map(summary));
  });

  it('keeps the order of 1000 packets each way', async () => {
    const { ours, ws } = await open();
    const packets = Array.from({ length: 1000 }, (_, index) => textPacket(`packet ${index}`));
    for (const packet of packets) {
      ours.send(packet);
      ws.send(packet);
    }
    expect((await ws.received(1000)).map(text)).toEqual(packets.map(text));
    expect((await ours.received(1000)).map(text)).toEqual(packets.map(text));
  });

  it('§5.4 joins the fragments of a message, with pings between them and characters cut in two', async () => {
    const { ours, ws } = await open();
    const whole = Buffer.from('größe 😀 ende');
    for (let at = 0; at < whole.length - 1; at += 1) {
      ws.socket.send(whole.subarray(at, at + 1), { fin: false, binary: false });
      ws.socket.ping(`${at}`);
    }
    ws.socket.send(whole.subarray(whole.length - 1), { fin: true });
    const [packet] = await ours.received(1);
    expect(summary(packet)).toBe(summary({ text: true, bytes: whole }));
    await ws.until(() => ws.pongs.length === whole.length - 1);
    expect(ws.pongs).toEqual(Array.from({ length: whole.length - 1 }, (_, at) => `${at}`));
  });

  it('§5.4 joins 16 MiB that come in 64 KiB fragments', async () => {
    const { ours, ws } = await open({ configure: roomy });
    const whole = binaryOf(16 * MIB);
    for (let at = 0; at < whole.bytes.length; at += 65536) {
      const fin = at + 65536 === whole.bytes.length;
      ws.socket.send(whole.bytes.subarray(at, at + 65536), { fin, binary: true });
    }
    expect((await ours.received(1)).map(summary)).toEqual([summary(whole)]);
  });

  it('§5.5.3 answers a ping with its payload', async () => {
    const { ws } = await open();
    ws.socket.ping('are you there');
    await ws.until(() => ws.pongs.length === 1);
    expect(ws.pongs).toEqual(['are you there']);
  });

  it('§5.5.2 pings at heartbeat_interval, and stays open as long as ws answers', async () => {
    const { ours, ws } = await open();
    ours.peer.heartbeat_interval = 2;
    ours.look();
    await ws.until(() => ws.pings.length === 2);
    expect(ws.pings).toEqual(['', '']);
    ours.send(textPacket('still here'));
    expect((await ws.received(1)).map(text)).toEqual(['still here']);
  });

  it('sends characters beyond ASCII as text', async () => {
    const { ours, ws } = await open();
    ours.peer.send_text('Grüße an 世界 😀\0');
    expect((await ws.received(1)).map(summary)).toEqual([summary(textPacket('Grüße an 世界 😀\0'))]);
  });
});
