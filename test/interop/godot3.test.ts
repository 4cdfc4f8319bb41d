// Godot 3 itself against this package: its WebSocketClient and WebSocketServer in a headless engine, without the
// multiplayer protocol, plain and over TLS.
import { expect, it } from 'vitest';
import type { WebSocketPeer } from '../../host/index.js';
import { GODOT3 } from './lib/engine-process.js';
import { describeEngine, describeEngineSides, useEngine } from './lib/engine-sides.js';
import type { Packet } from './lib/live-peer.js';
import { binaryOf, summary, textOf, textPacket } from './lib/payloads.js';

// An empty packet is not here: the engine's put_packet sends none.
const SIZES = [1, 125, 126, 4096, 65534, 65535];
const CLOSES: [string, number, string][] = [
  ['1000 without a reason', 1000, ''],
  ['1001', 1001, 'going away'],
  ['3000', 3000, 'library'],
  ['4999', 4999, 'application'],
  ['a reason beyond ASCII', 1000, 'grüße 😀'],
  ['a reason of 122 bytes', 4000, 'ü'.repeat(61)],
];

const text = ({ bytes }: Packet): string => Buffer.from(bytes).toString();

describeEngine('Godot 3', GODOT3, () => {
  const fixture = useEngine(GODOT3);

  describeEngineSides(fixture, (open, secure, weServe) => {
    it('§5.6 text and binary of 1 to 65535 bytes come back from the engine', async () => {
      const { ours } = await open({ echo: true });
      for (const size of SIZES) {
        for (const packet of [textOf(size), binaryOf(size)]) {
          ours.send(packet);
          expect((await ours.received(1)).map(summary)).toEqual([summary(packet)]);
        }
      }
    });

    it('§5.6 text and binary of 1 to 65535 bytes come back from us', async () => {
      const { ours, theirs } = await open();
      ours.echoes = true;
      for (const size of SIZES) {
        for (const packet of [textOf(size), binaryOf(size)]) {
          theirs.send(packet);
          expect((await theirs.received(1)).map(summary)).toEqual([summary(packet)]);
        }
      }
    });

    it('§5.6 an empty packet of ours arrives', async () => {
      const { ours, theirs } = await open();
      for (const packet of [textOf(0), binaryOf(0)]) {
        ours.send(packet);
        expect((await theirs.received(1)).map(summary)).toEqual([summary(packet)]);
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
      const configure = (peer: WebSocketPeer): void => {
        peer.supported_protocols = ['chat', 'game'];
      };
      const { ours, theirs } = await open({ configure, protocols: ['other', 'game'] });
      expect([ours.peer.get_selected_protocol(), theirs.protocol]).toEqual(['game', 'game']);
    });

    it('opens with further headers on both sides', async () => {
      const configure = (peer: WebSocketPeer): void => {
        peer.handshake_headers = ['X-Ours: 1', 'Cookie: a=b; c=d'];
      };
      const { ours } = await open({ configure, headers: ['X-Theirs: 2', 'User-Agent: Godot'], echo: true });
      ours.send(textPacket('hello'));
      expect((await ours.received(1)).map(text)).toEqual(['hello']);
    });

    it.each(CLOSES)('§7.1 closed by the engine: %s', async (_title, code, reason) => {
      const { ours, theirs } = await open();
      theirs.close(code, reason);
      const closing = await ours.closed();
      // The engine ends a reason with a NUL.
      expect(closing).toEqual({ code, reason: reason === '' ? '' : `${reason}\0` });
      expect(await theirs.closed()).toEqual({ code: -1, reason: '' });
      expect(theirs.wasClean).toBe(false); // true only for the other side's close
    });

    it.each(CLOSES)('§7.1 closed by us: %s', async (_title, code, reason) => {
      const { ours, theirs } = await open();
      ours.peer.close(code, reason);
      expect(await theirs.closed()).toEqual({ code, reason });
      expect(theirs.wasClean).toBe(true);
      expect(await ours.closed()).toEqual({ code, reason });
    });

    it('§7.1.5 a close without a code is 0', async () => {
      const first = await open();
      first.theirs.close(0);
      expect(await first.ours.closed()).toEqual({ code: 0, reason: '' });
      const second = await open();
      second.ours.peer.close(0);
      expect(await second.theirs.closed()).toEqual({ code: 0, reason: '' });
      expect(await second.ours.closed()).toEqual({ code: 0, reason: '' });
    });

    it('a connection that we drop is no clean close', async () => {
      const { ours, theirs } = await open();
      ours.peer.close(-1);
      expect(await theirs.closed()).toEqual({ code: -1, reason: '' });
      expect(theirs.wasClean).toBe(false);
    });

    it('§5.5.2 the engine answers our heartbeat', async () => {
      const configure = (peer: WebSocketPeer): void => {
        peer.heartbeat_interval = 2;
      };
      const { ours } = await open({ echo: true, configure });
      await fixture.engine.wait(4.5);
      ours.send(textPacket('still here'));
      expect((await ours.received(1)).map(text)).toEqual(['still here']);
    });

    it('many connections live side by side', async () => {
      const pairs = await Promise.all(Array.from({ length: 8 }, () => open({ echo: true })));
      for (const [index, { ours }] of pairs.entries()) ours.send(textPacket(`packet ${index}`));
      const answers = await Promise.all(pairs.map(async ({ ours }) => text((await ours.received(1))[0])));
      expect(answers).toEqual(pairs.map((_, index) => `packet ${index}`));
    });

    it.each([
      ['other ones', ['chat'], ['game']],
      ['only we want one', ['chat'], []],
      ['only the engine wants one', [], ['game']],
    ])('§1.9 does not open without a common subprotocol: %s', async (_title, supported, protocols) => {
      const configure = (peer: WebSocketPeer): void => {
        peer.supported_protocols = supported;
      };
      if (weServe) {
        const server = fixture.ourServer(secure, configure);
        expect((await fixture.theirClient(secure, server.port, { protocols }).closed()).code).toBe(-1);
        expect((await (await server.peer()).closed()).code).toBe(-1);
      } else {
        const server = await fixture.theirServer(secure, { protocols });
        expect((await fixture.ourClient(secure, server.port, configure).closed()).code).toBe(-1);
      }
    });

    if (weServe) {
      it('an engine that lets go of its client closes with 1000', async () => {
        const { ours, theirs } = await open();
        theirs.drop();
        expect(await ours.closed()).toEqual({ code: 1000, reason: '' });
      });
    } else {
      it('an engine that stops its server closes every client with 1000', async () => {
        const server = await fixture.theirServer(secure);
        const clients = [1, 2, 3].map(() => fixture.ourClient(secure, server.port));
        for (const client of clients) await client.opened();
        await server.peer(2);
        fixture.engine.stop(server);
        for (const client of clients) expect(await client.closed()).toEqual({ code: 1000, reason: '' });
      });
    }
  });
});
