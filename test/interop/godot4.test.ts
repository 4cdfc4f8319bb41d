// Godot 4 itself against this package: GDScript clients and servers in a headless engine, plain and over TLS.
import { expect, it } from 'vitest';
import type { WebSocketPeer } from '../../host/index.js';
import { GODOT4 } from './lib/engine-process.js';
import { describeEngine, describeEngineSides, useEngine } from './lib/engine-sides.js';
import type { Packet } from './lib/live-peer.js';
import { binaryOf, summary, textOf, textPacket } from './lib/payloads.js';

const SIZES = [0, 1, 125, 126, 4096, 65534, 65535];
const CLOSES: [string, number, string][] = [
  ['1000 without a reason', 1000, ''],
  ['1001', 1001, 'going away'],
  ['3000', 3000, 'library'],
  ['4999', 4999, 'application'],
  ['a reason beyond ASCII', 1000, 'grüße 😀'],
  ['a reason of 123 bytes', 4000, `${'ü'.repeat(61)}x`],
];

const text = ({ bytes }: Packet): string => Buffer.from(bytes).toString();

describeEngine('Godot 4', GODOT4, () => {
  const fixture = useEngine(GODOT4);

  describeEngineSides(fixture, (open, secure, weServe) => {
    it('agrees on the URL', async () => {
      const { ours, theirs } = await open();
      const url = ours.peer.get_requested_url();
      expect(url).toMatch(secure ? /^wss:.*\/play\?room=1$/ : /^ws:.*\/play\?room=1$/);
      expect(theirs.url).toBe(url);
    });

    it('§5.6 text and binary of 0 to 65535 bytes come back from the engine', async () => {
      const { ours } = await open({ echo: true });
      for (const size of SIZES) {
        for (const packet of [textOf(size), binaryOf(size)]) {
          ours.send(packet);
          expect((await ours.received(1)).map(summary)).toEqual([summary(packet)]);
        }
      }
    });

    it('§5.6 text and binary of 0 to 65535 bytes come back from us', async () => {
      const { ours, theirs } = await open();
      ours.echoes = true;
      for (const size of SIZES) {
        for (const packet of [textOf(size), binaryOf(size)]) {
          theirs.send(packet);
          expect((await theirs.received(1)).map(summary)).toEqual([summary(packet)]);
        }
      }
    });

    it('§9.1 goes on plain where this side would compress, which the engine never offers nor accepts', async () => {
      const configure = (peer: WebSocketPeer): void => {
        peer.compression_mode = 1;
      };
      const { ours, theirs } = await open({ configure });
      expect(ours.peer.is_compression_active()).toBe(false);
      expect(ours.peer.get_response_headers()?.has('sec-websocket-extensions')).toBe(false);
      ours.echoes = true;
      const packet = textPacket('the same again, '.repeat(1000));
      theirs.send(packet);
      expect((await theirs.received(1)).map(summary)).toEqual([summary(packet)]);
    });

    it('keeps the order of 1000 packets each way', async () => {
      const { ours, theirs } = await open();
      theirs.burst(1000, 20);
      const packets = Array.from({ length: 1000 }, (_, index) => textPacket(`packet ${index}`));
      for (const packet of packets) ours.send(packet);
      expect((await theirs.received(1000)).map(text)).toEqual(packets.map(text));
      expect((await ours.received(1000)).map((packet) => Number(text(packet)))).toEqual(
        packets.map((_, index) => index),
      );
    });

    it('loses nothing when the engine does not read for a while', async () => {
      const { ours, theirs } = await open({
        configure: (peer) => {
          peer.outbound_buffer_size = 0;
        },
      });
      theirs.read(false);
      const packets = Array.from({ length: 600 }, (_, index) => binaryOf(16384, index));
      for (const packet of packets) ours.send(packet);
      await fixture.engine.wait(0.1);
      theirs.read(true);
      expect((await theirs.received(600)).map(summary)).toEqual(packets.map(summary));
    });

    it('loses nothing when we do not read for a while', async () => {
      const { ours, theirs } = await open();
      ours.reading = false;
      theirs.burst(600, 16384);
      await fixture.engine.wait(0.1);
      expect(ours.peer.get_available_packet_count()).toBeLessThanOrEqual(4);
      ours.reading = true;
      ours.look();
      const packets = await ours.received(600);
      expect(packets.map((packet) => Number(text(packet)))).toEqual(packets.map((_, index) => index));
    });

    it('§1.9 agrees on a subprotocol', async () => {
      const { ours, theirs } = await open({
        configure: (peer) => {
          peer.supported_protocols = ['chat', 'game'];
        },
        protocols: ['other', 'game'],
      });
      expect([ours.peer.get_selected_protocol(), theirs.protocol]).toEqual(['game', 'game']);
    });

    it('opens with further headers on both sides', async () => {
      const { ours } = await open({
        configure: (peer) => {
          peer.handshake_headers = ['X-Ours: 1', 'Cookie: a=b; c=d'];
        },
        headers: ['X-Theirs: 2', 'User-Agent: Godot'],
        echo: true,
      });
      ours.send(textPacket('hello'));
      expect((await ours.received(1)).map(text)).toEqual(['hello']);
    });

    it.each(CLOSES)('§7.1 closed by the engine: %s', async (_title, code, reason) => {
      const { ours, theirs } = await open();
      theirs.close(code, reason);
      expect(await ours.closed()).toEqual({ code, reason });
      expect(await theirs.closed()).toEqual({ code, reason });
    });

    it.each(CLOSES)('§7.1 closed by us: %s', async (_title, code, reason) => {
      const { ours, theirs } = await open();
      ours.peer.close(code, reason);
      expect(await theirs.closed()).toEqual({ code, reason });
      expect(await ours.closed()).toEqual({ code, reason });
    });

    it('§7.1.5 a close without a code is 0 on both sides', async () => {
      const first = await open();
      first.theirs.close(0);
      expect(await first.ours.closed()).toEqual({ code: 0, reason: '' });
      expect(await first.theirs.closed()).toEqual({ code: 0, reason: '' });
      const second = await open();
      second.ours.peer.close(0);
      expect(await second.theirs.closed()).toEqual({ code: 0, reason: '' });
      expect(await second.ours.closed()).toEqual({ code: 0, reason: '' });
    });

    it('ends with -1 on both sides when one drops the connection', async () => {
      const dropped = { code: -1, reason: '' };
      const [byUs, byThem, freed] = [await open(), await open(), await open()];
      byUs.ours.peer.close(-1);
      byThem.theirs.close(-1);
      freed.theirs.drop();
      expect(await byUs.theirs.closed()).toEqual(dropped);
      expect(await byThem.theirs.closed()).toEqual(dropped);
      for (const { ours } of [byUs, byThem, freed]) expect(await ours.closed()).toEqual(dropped);
    });

    it('what we sent before close() is not lost on the way', async () => {
      const { ours, theirs } = await open();
      theirs.burst(100, 1000);
      const packets = await ours.received(100);
      expect(packets.map((packet) => Number(text(packet)))).toEqual(packets.map((_, index) => index));
      theirs.burst(100, 1000);
      await ours.received(50);
      ours.peer.close(1000, 'enough');
      expect(await theirs.closed()).toEqual({ code: 1000, reason: 'enough' });
      expect(await ours.closed()).toEqual({ code: 1000, reason: 'enough' });
    });

    it('§5.5.2 each side answers the heartbeat of the other', async () => {
      const ourBeat = await open({ echo: true, configure: beating });
      const theirBeat = await open({ echo: true, set: { heartbeat_interval: 2 } });
      await fixture.engine.wait(4.5);
      for (const { ours } of [ourBeat, theirBeat]) {
        ours.send(textPacket('still here'));
        expect((await ours.received(1)).map(text)).toEqual(['still here']);
      }
    });

    it('§7.4.1 a message above our inbound_buffer_size closes the engine with 1009', async () => {
      const { ours, theirs } = await open({
        configure: (peer) => {
          peer.inbound_buffer_size = 1000;
        },
      });
      theirs.send(binaryOf(1001));
      expect(await ours.closed()).toEqual({ code: 1009, reason: 'Message too big' });
      expect(await theirs.closed()).toEqual({ code: 1009, reason: '' });
    });

    it("§7.4.1 a message above the engine's inbound_buffer_size closes us", async () => {
      const { ours, theirs } = await open({ set: { inbound_buffer_size: 1000 } });
      ours.send(binaryOf(1001));
      expect(await theirs.closed()).toEqual({ code: 1009, reason: 'Message too big' });
      // An engine that closes with bytes unread resets the connection, and 1009 may be lost with it.
      expect((await ours.closed()).code).toBeOneOf([1009, -1]);
    });

    it('many connections live side by side', async () => {
      const pairs = await Promise.all(Array.from({ length: 8 }, () => open()));
      for (const [index, { ours, theirs }] of pairs.entries()) {
        ours.send(textPacket(`from us ${index}`));
        theirs.send(textPacket(`from the engine ${index}`));
      }
      for (const { ours, theirs } of pairs) {
        const [toThem, toUs] = [text((await theirs.received(1))[0]), text((await ours.received(1))[0])];
        expect(toThem.slice('from us '.length)).toBe(toUs.slice('from the engine '.length));
      }
      expect(pairs.length).toBe(8);
    });

    const [ours, theirs] = weServe ? ['our server', 'the engine'] : ['our client', 'the engine'];
    it.each([
      ['other ones', ['chat'], ['game']],
      [`only ${ours} wants one`, ['chat'], []],
      [`only ${theirs} wants one`, [], ['game']],
    ])('§1.9 does not open without a common subprotocol: %s', async (_title, supported, wanted) => {
      const configure = (peer: WebSocketPeer): void => {
        peer.supported_protocols = supported;
      };
      const remote = { protocols: wanted };
      if (weServe) {
        const server = fixture.ourServer(secure, configure);
        expect((await fixture.theirClient(secure, server.port, remote).closed()).code).toBe(-1);
        expect((await (await server.peer()).closed()).code).toBe(-1);
      } else {
        const server = await fixture.theirServer(secure, remote);
        expect((await fixture.ourClient(secure, server.port, configure).closed()).code).toBe(-1);
        expect((await (await server.peer()).closed()).code).toBe(-1);
      }
    });
  });
});

function beating(peer: WebSocketPeer): void {
  peer.heartbeat_interval = 2;
}
