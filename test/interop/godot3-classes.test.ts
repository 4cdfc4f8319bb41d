// Godot 3 itself against the classes of the Godot 3 entry, without the multiplayer mode: our WebSocketClient at a server of
// the engine, a client of the engine at our WebSocketServer, plain and over TLS.
import { describe, expect, it } from 'vitest';
import { CryptoKey, ERR_OUT_OF_MEMORY, OK, type WebSocketClient, X509Certificate } from '../../host/godot3/index.js';
import { Color, Dictionary, NodePath, Vector2, Vector3 } from '../../host/variant/index.js';
import { makeCa } from '../helpers/certificates.js';
import { freePort } from '../helpers/ports.js';
import { Engine } from './lib/engine.js';
import type { EngineEnd, RemoteOptions } from './lib/engine-end.js';
import { GODOT3 } from './lib/engine-process.js';
import { describeEngine, useEngine } from './lib/engine-sides.js';
import { type DialOptions3, dial3, type LiveEnd3, LiveServer3 } from './lib/live-godot3.js';
import { binaryOf, summary, textOf, textPacket } from './lib/payloads.js';
import { makeTrust, type Trust } from './lib/trust.js';
import { Scope } from './lib/watch.js';

/** Both ends of a connection; `protocols` are for our end, `remote` for the engine's. */
type Open = (options?: DialOptions3 & { remote?: RemoteOptions }) => Promise<{ ours: LiveEnd3; theirs: EngineEnd }>;

const SIZES = [1, 125, 126, 4096, 65534, 65535];
const REASONS: [string, number, string][] = [
  ['1000 without a reason', 1000, ''],
  ['1001', 1001, 'going away'],
  ['3000', 3000, 'library'],
  ['4999', 4999, 'application'],
  ['a reason beyond ASCII', 1000, 'grüße 😀'],
  ['a reason of 122 bytes', 4000, 'ü'.repeat(61)],
  ['no code', 0, ''],
];
const VARIABLES: unknown[] = [
  null,
  true,
  -7,
  2 ** 40,
  1.5,
  'größe',
  new Vector2(1, -2),
  new Vector3(1, 2, 3),
  new Color(0.5, 0.25, 1, 1),
  new NodePath('/root/game:position'),
  ['a', 1, [2.5]],
  new Dictionary<string, unknown>([
    ['name', 'player'],
    ['place', new Vector2(3, 4)],
  ]),
  new Uint8Array([0, 1, 255]),
  new Float32Array([0.5, -1]),
];

const text = ({ bytes }: { bytes: Uint8Array }): string => Buffer.from(bytes).toString();

describeEngine('the classes of Godot 3', GODOT3, () => {
  const fixture = useEngine(GODOT3);

  function certificate(pem: string): X509Certificate {
    const one = new X509Certificate();
    one.load_from_string(pem);
    return one;
  }

  function secured(server: LiveServer3['server'], trust: Trust): void {
    const key = new CryptoKey();
    key.load_from_string(trust.server.key);
    server.private_key = key;
    server.ssl_certificate = certificate(trust.server.cert);
  }

  const trusting =
    (configure?: (client: WebSocketClient) => void) =>
    (client: WebSocketClient): void => {
      client.trusted_ssl_certificate = certificate(fixture.trust.root);
      configure?.(client);
    };

  const ourServer = (secure: boolean, protocols: string[] = [], headers: string[] = []): LiveServer3 =>
    new LiveServer3(fixture.scope, {
      protocols,
      configure: (server) => {
        server.set_extra_headers(headers);
        if (secure) secured(server, fixture.trust);
      },
    });

  function ourClient(secure: boolean, port: number, { configure, ...options }: DialOptions3 = {}): LiveEnd3 {
    const url = `${secure ? 'wss' : 'ws'}://localhost:${port}/play?room=1`;
    return dial3(fixture.scope, url, { ...options, configure: secure ? trusting(configure) : configure });
  }

  describe.each([
    ['our client, engine server', false, false],
    ['our client, engine server, over TLS', false, true],
    ['engine client, our server', true, false],
    ['engine client, our server, over TLS', true, true],
  ])('%s', (_title, weServe, secure) => {
    const open: Open = async ({ remote = {}, ...options } = {}) => {
      if (weServe) {
        const server = ourServer(secure, options.protocols, options.headers);
        const theirs = await fixture.theirClient(secure, server.port, remote).opened();
        return { theirs, ours: await server.end() };
      }
      const server = await fixture.theirServer(secure, remote);
      const ours = await ourClient(secure, server.port, options).opened();
      return { ours, theirs: await (await server.peer()).opened() };
    };

    it('text and binary of 1 to 65535 bytes come back from the engine, one signal for each', async () => {
      const { ours } = await open({ remote: { echo: true } });
      for (const size of SIZES) {
        for (const packet of [textOf(size), binaryOf(size)]) {
          ours.send(packet);
          expect((await ours.received(1)).map(summary)).toEqual([summary(packet)]);
        }
      }
      expect(ours.notes).toEqual(['open ', ...SIZES.flatMap(() => ['data', 'data'])]);
    });

    it('text and binary of 1 to 65535 bytes come back from us', async () => {
      const { ours, theirs } = await open();
      ours.echoes = true;
      for (const size of SIZES) {
        for (const packet of [textOf(size), binaryOf(size)]) {
          theirs.send(packet);
          expect((await theirs.received(1)).map(summary)).toEqual([summary(packet)]);
        }
      }
    });

    it('sends nothing for an empty packet, and has no room for 65536 bytes', async () => {
      const { ours, theirs } = await open();
      expect(ours.peer.put_packet(new Uint8Array(0))).toBe(OK);
      expect(ours.peer.put_packet(new Uint8Array(65536))).toBe(ERR_OUT_OF_MEMORY);
      ours.send(textPacket('after'));
      expect((await theirs.received(1)).map(text)).toEqual(['after']);
    });

    it('variables come back as they were, decoded and encoded by the engine', async () => {
      const { ours } = await open({ remote: { vars: true } });
      ours.reading = false;
      for (const [index, value] of VARIABLES.entries()) {
        expect(ours.peer.put_var(value)).toBe(OK);
        await ours.until(() => ours.notes.length === index + 2);
        expect(ours.peer.get_var()).toEqual(value);
      }
    });

    it('keeps the order of 1000 packets each way', async () => {
      const { ours, theirs } = await open();
      theirs.burst(1000, 20);
      const packets = Array.from({ length: 1000 }, (_, index) => textPacket(`packet ${index}`));
      for (const packet of packets) ours.send(packet);
      expect((await theirs.received(1000)).map(text)).toEqual(packets.map(text));
      expect((await ours.received(1000)).map((packet) => Number(text(packet)))).toEqual([...packets.keys()]);
      expect(ours.notes).toEqual(['open ', ...packets.map(() => 'data')]);
    });

    it('loses nothing, and tells of nothing that can not be taken, when we do not read for a while', async () => {
      const { ours, theirs } = await open();
      ours.reading = false;
      theirs.burst(200, 16384);
      await fixture.engine.wait(0.1);
      const waiting = ours.peer.get_available_packet_count();
      expect(ours.notes).toEqual(['open ', ...Array.from({ length: waiting }, () => 'data')]);
      expect(waiting * 16384).toBeLessThan(2 * 65536); // the ring behind a buffer of 64 KiB
      ours.reading = true;
      for (let taken = 0; taken < waiting; taken += 1) ours.take();
      const packets = await ours.received(200);
      expect(packets.map((packet) => Number(text(packet)))).toEqual([...packets.keys()]);
    });

    it('agrees on a subprotocol, and opens with further headers', async () => {
      const { ours, theirs } = await open({
        protocols: ['chat', 'game'],
        headers: ['X-Ours: 1', 'Cookie: a=b; c=d'],
        remote: { protocols: ['other', 'game'], headers: ['X-Theirs: 2', 'User-Agent: Godot'] },
      });
      expect([ours.notes, theirs.protocol]).toEqual([['open game'], 'game']);
    });

    it.each(REASONS)('closed by the engine: %s', async (_what, code, reason) => {
      const { ours, theirs } = await open();
      theirs.send(textPacket('farewell'));
      theirs.close(code, reason);
      expect(await ours.closed()).toEqual([`close request ${code} ${reason}`, 'closed true']);
      expect(ours.notes.slice(0, 2)).toEqual(['open ', 'data']);
      expect(ours.peer.is_connected_to_host()).toBe(false);
      await theirs.closed();
      expect(theirs.wasClean).toBe(false); // as in the engine, true only for the other side's close
    });

    it.each(REASONS)('closed by us: %s', async (_what, code, reason) => {
      const { ours, theirs } = await open();
      ours.send(textPacket('farewell'));
      ours.peer.close(code, reason);
      expect(await theirs.closed()).toEqual({ code, reason });
      expect([theirs.wasClean, theirs.packets.map(text)]).toEqual([true, ['farewell']]);
      expect(await ours.closed()).toEqual(['closed false']);
    });

    it('tells the address of the other side while it is there', async () => {
      const { ours } = await open();
      expect(ours.peer.get_connected_host()).toMatch(/^(127\.0\.0\.1|::1)$/);
      expect(ours.peer.get_connected_port()).toBeGreaterThan(0);
      ours.peer.set_no_delay(true);
      ours.peer.close();
      await ours.closed();
      expect([ours.peer.get_connected_host(), ours.peer.get_connected_port()]).toEqual(['', 0]);
    });

    it.each([
      ['other ones', ['chat'], ['game']],
      ['only we want one', ['chat'], []],
      ['only the engine wants one', [], ['game']],
    ])('does not open without a common subprotocol: %s', async (_what, protocols, wanted) => {
      if (weServe) {
        const server = ourServer(secure, protocols);
        expect((await fixture.theirClient(secure, server.port, { protocols: wanted }).closed()).code).toBe(-1);
        expect(server.ends).toEqual([]);
      } else {
        const server = await fixture.theirServer(secure, { protocols: wanted });
        expect(await ourClient(secure, server.port, { protocols }).closed()).toEqual(['error']);
      }
    });

    it('an engine that is gone without a word is no clean close', async () => {
      const life = new Scope();
      const engine = await Engine.start(life, GODOT3);
      let ours: LiveEnd3;
      if (weServe) {
        const server = ourServer(secure);
        const tls = { trust: engine.file(fixture.trust.root) };
        engine.dial(`${secure ? 'wss' : 'ws'}://localhost:${server.port}/`, secure ? { tls } : {});
        ours = await server.end();
      } else {
        const { key, cert } = fixture.trust.server;
        const tls = { key: engine.file(key), cert: engine.file(cert) };
        ours = await ourClient(secure, (await engine.listen(secure ? { tls } : {})).port).opened();
      }
      await life.end();
      expect(await ours.closed()).toEqual(['closed false']);
    });

    if (weServe) {
      it('knows each of many clients by its id, and sends away the one that it means', async () => {
        const server = ourServer(secure);
        const clients = Array.from({ length: 4 }, () => fixture.theirClient(secure, server.port, { echo: true }));
        for (const client of clients) await client.opened();
        await server.end(3);
        expect(new Set(server.ids).size).toBe(4);
        for (const [index, end] of server.ends.entries()) end.send(textPacket(`client ${index}`));
        for (const [index, end] of server.ends.entries()) {
          expect((await end.received(1)).map(text)).toEqual([`client ${index}`]);
        }
        const [id] = server.ids;
        expect([server.server.has_peer(id), server.server.get_peer_address(id)]).toEqual([true, '127.0.0.1']);
        server.server.disconnect_peer(id, 4001, 'out');
        expect(await server.ends[0].closed()).toEqual(['closed false']);
        expect(server.server.has_peer(id)).toBe(false);
        server.server.stop();
        await Promise.all(clients.map((client) => client.closed()));
        expect(clients.map((client) => client.closeCode).sort()).toEqual([1000, 1000, 1000, 4001]);
        expect(server.ends.slice(1).flatMap(({ turns }) => turns)).toEqual(['open ', 'open ', 'open ']);
      });
    } else {
      it('connects again from within the signal that tells of the end', async () => {
        const server = await fixture.theirServer(secure);
        const seen: string[] = [];
        const url = `${secure ? 'wss' : 'ws'}://localhost:${server.port}/`;
        let again = OK - 1;
        const ours = ourClient(secure, server.port, {
          configure: (client) => {
            client.connect('connection_established', () => seen.push('open'));
            client.connect('connection_closed', () => {
              again = client.connect_to_url(url);
            });
          },
        });
        await ours.opened();
        (await server.peer()).close(1000, 'again');
        await (await server.peer(1)).opened();
        await ours.until(() => seen.length === 2);
        expect(again).toBe(OK);
      });
    }
  });

  describe('what is verified', () => {
    it.each([
      ['no certificate of the server', null],
      ['another root', 'other'],
    ])('our client that trusts %s does not open', async (_what, trusted) => {
      const { port } = await fixture.theirServer(true);
      const root = trusted === null ? null : certificate((await makeTrust()).root);
      const configure = (client: WebSocketClient): void => {
        client.trusted_ssl_certificate = root;
      };
      expect(await dial3(fixture.scope, `wss://localhost:${port}/`, { configure }).closed()).toEqual(['error']);
    });

    it('our client that does not verify opens', async () => {
      const { port } = await fixture.theirServer(true);
      const configure = (client: WebSocketClient): void => {
        client.verify_ssl = false;
      };
      await dial3(fixture.scope, `wss://127.0.0.1:${port}/`, { configure }).opened();
    });

    it('an engine client that trusts another root does not open, and our server says nothing of it', async () => {
      const server = ourServer(true);
      const theirs = fixture.theirClient(true, server.port, {}, await makeTrust());
      expect((await theirs.closed()).code).toBe(-1);
      await fixture.theirClient(true, server.port).opened();
      await server.end();
      expect(server.ends).toHaveLength(1);
    });
  });

  it.each([
    ['in ca_chain', true],
    ['behind its own certificate', false],
  ])(
    'an engine client that trusts the root takes our server with an authority between them %s',
    async (_where, apart) => {
      const root = await makeCa();
      const between = await root.below('Between');
      const { key, cert } = await between.issue({ names: ['localhost'], ips: ['127.0.0.1'] });
      const server = new LiveServer3(fixture.scope, {
        configure: (one) => {
          one.private_key = new CryptoKey();
          one.private_key.load_from_string(key);
          one.ssl_certificate = certificate(apart ? cert : cert + between.cert);
          one.ca_chain = apart ? certificate(between.cert) : null;
        },
      });
      await fixture.theirClient(true, server.port, {}, { root: root.cert, server: { key, cert } }).opened();
      await server.end();
    },
  );

  it('a port on which nobody listens is an error', async () => {
    const port = await freePort();
    expect(await dial3(fixture.scope, `ws://127.0.0.1:${port}/`, {}).closed()).toEqual(['error']);
  });
});
