// The end of a connection between this package and `ws`: codes and reasons from either side, and messages too big.
import { describe, expect, it } from 'vitest';
import { useReports } from '../helpers/reports.js';
import { binaryOf, textPacket } from './lib/payloads.js';
import { describeSides } from './lib/sides.js';

const LONGEST = `${'ü'.repeat(61)}x`; // 123 bytes
const CLOSES: [string, number, string][] = [
  ['1000 without a reason', 1000, ''],
  ['1001', 1001, 'going away'],
  ['1011', 1011, 'broken'],
  ['3000', 3000, 'library'],
  ['4999', 4999, 'application'],
  ['a reason beyond ASCII', 1000, 'grüße 😀'],
  ['a reason of 123 bytes', 4000, LONGEST],
];

describeSides((open) => {
  const reports = useReports();

  describe('§7.1 close handshake', () => {
    it.each(CLOSES)('started by us: %s', async (_title, code, reason) => {
      const { ours, ws } = await open();
      ours.peer.close(code, reason);
      expect(await ws.closed()).toEqual({ code, reason });
      expect(await ours.closed()).toEqual({ code, reason });
    });

    it.each(CLOSES)('started by ws: %s', async (_title, code, reason) => {
      const { ours, ws } = await open();
      ws.socket.close(code, reason);
      expect(await ours.closed()).toEqual({ code, reason });
      expect(await ws.closed()).toEqual({ code, reason });
    });

    it('§7.1.5 started by us without a code: 1005 there, 0 here', async () => {
      const { ours, ws } = await open();
      ours.peer.close(0);
      expect(await ws.closed()).toEqual({ code: 1005, reason: '' });
      expect(await ours.closed()).toEqual({ code: 0, reason: '' });
    });

    it('§7.1.5 started by ws without a code: 0 here, 1005 there', async () => {
      const { ours, ws } = await open();
      ws.socket.close();
      expect(await ours.closed()).toEqual({ code: 0, reason: '' });
      expect(await ws.closed()).toEqual({ code: 1005, reason: '' });
    });

    it('§7.1.4 started by both at once', async () => {
      const { ours, ws } = await open();
      ours.peer.close(4001, 'ours');
      ws.socket.close(4002, 'theirs');
      expect(await ours.closed()).toEqual({ code: 4002, reason: 'theirs' });
      expect(await ws.closed()).toEqual({ code: 4001, reason: 'ours' });
    });
  });

  it('§5.5.1 what was sent before close() arrives before the close', async () => {
    const { ours, ws } = await open();
    for (let index = 0; index < 50; index += 1) ours.send(textPacket(`${index}`));
    ours.peer.close(1000, 'done');
    expect(await ws.closed()).toEqual({ code: 1000, reason: 'done' });
    expect(ws.packets.map(({ bytes }) => Number(Buffer.from(bytes)))).toEqual(
      Array.from({ length: 50 }, (_, at) => at),
    );
  });

  it('packets that came before the close are seen first', async () => {
    const { ours, ws } = await open();
    for (let index = 0; index < 50; index += 1) ws.socket.send(`${index}`);
    ws.socket.close(1001);
    expect((await ours.closed()).code).toBe(1001);
    expect(ours.packets.length).toBe(50);
  });

  it('§7.4.1 a message above inbound_buffer_size ends with 1009, seen by ws although it still sends', async () => {
    const { ours, ws } = await open({
      configure: (peer) => {
        peer.inbound_buffer_size = 1000;
      },
    });
    ws.send(binaryOf(1000));
    for (let index = 0; index < 200; index += 1) ws.send(binaryOf(65536));
    expect(await ws.closed()).toEqual({ code: 1009, reason: '' });
    expect(await ours.closed()).toEqual({ code: 1009, reason: 'Message too big' });
    expect(ours.packets.length).toBe(1);
    expect(reports.take()).toEqual([expect.stringContaining('inbound_buffer_size (1000 bytes)')]);
  });

  it('§7.4.1 1009 from ws, for a message above its limit', async () => {
    const { ours, ws } = await open({ wsClient: { maxPayload: 1000 }, wsServer: { maxPayload: 1000 } });
    ours.send(binaryOf(1001));
    expect((await ours.closed()).code).toBe(1009);
    expect(ws.failure).toBe('Max payload size exceeded');
  });

  it('close(-1) drops the connection: 1006 there, -1 here', async () => {
    const { ours, ws } = await open();
    ours.peer.close(-1);
    expect(await ours.closed()).toEqual({ code: -1, reason: '' });
    expect((await ws.closed()).code).toBe(1006);
  });

  it('§7.1.5 a connection that ws drops ends with -1', async () => {
    const { ours, ws } = await open();
    ws.socket.terminate();
    expect(await ours.closed()).toEqual({ code: -1, reason: '' });
  });
});
