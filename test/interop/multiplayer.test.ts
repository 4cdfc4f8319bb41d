// The running engine and this package in one multiplayer game: its clients on our server, our clients on its server, and
// eight peers mixed from both, plain and over TLS.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { OK, WebSocketMultiplayerPeer } from '../../host/index.js';
import { useReports } from '../helpers/reports.js';
import { GODOT4 } from './lib/engine-process.js';
import { describeEngine } from './lib/engine-sides.js';
import { type EngineMember, type Member, MembersEngine, OurMember } from './lib/members.js';
import { clientOptions, makeTrust, serverOptions, type Trust } from './lib/trust.js';
import { Scope, useScope } from './lib/watch.js';

describeEngine('multiplayer with Godot 4', GODOT4, () => {
  const life = new Scope();
  const scope = useScope();
  useReports();
  let engine: MembersEngine;
  let trust: Trust;
  beforeAll(async () => {
    trust = await makeTrust();
    engine = await MembersEngine.start(life);
  });
  afterEach(() => engine.clear());
  afterAll(() => life.end());

  function ourServer(secure: boolean): OurMember & { port: number } {
    const peer = new WebSocketMultiplayerPeer();
    expect(peer.create_server(0, '127.0.0.1', secure ? serverOptions(trust) : null)).toBe(OK);
    return Object.assign(new OurMember(peer, scope), { port: peer.get_local_port() });
  }

  function ourClient(secure: boolean, port: number): OurMember {
    const peer = new WebSocketMultiplayerPeer();
    const url = `${secure ? 'wss' : 'ws'}://127.0.0.1:${port}`;
    expect(peer.create_client(url, secure ? clientOptions(trust) : null)).toBe(OK);
    return new OurMember(peer, scope);
  }

  function theirClient(secure: boolean, port: number): EngineMember {
    if (!secure) return engine.client(`ws://127.0.0.1:${port}`);
    return engine.client(`wss://localhost:${port}`, { tls: { trust: engine.file(trust.root) } });
  }

  function theirServer(secure: boolean): Promise<EngineMember & { port: number }> {
    const { key, cert } = trust.server;
    return engine.server(secure ? { tls: { key: engine.file(key), cert: engine.file(cert) } } : {});
  }

  describe.each([
    ['plain', false],
    ['over TLS', true],
  ])('%s', (_, secure) => {
    const servers: [string, () => Promise<(EngineMember | OurMember) & { port: number }>][] = [
      ['our server', async () => ourServer(secure)],
      ['the engine as server', () => theirServer(secure)],
    ];

    describe.each(servers)('%s', (_name, open) => {
      it('lets eight clients from both sides in, hears them, and sends to all, to one, to all but one', async () => {
        const server = await open();
        const clients: Member[] = [];
        for (let i = 0; i < 8; i += 1) {
          const client = i % 2 === 0 ? theirClient(secure, server.port) : ourClient(secure, server.port);
          clients.push(await client.joined());
        }
        const ids = clients.map(({ id }) => id);
        expect(new Set(ids).size).toBe(8);
        for (const client of clients) await client.saw('connected 1');
        for (const id of ids) await server.saw(`connected ${id}`);
        server.put(0, 'to all');
        server.put(ids[2], 'to one');
        server.put(-ids[3], 'to all but one');
        server.put(0, 'last');
        for (const client of clients) await client.saw('packet 1 last');
        for (const [index, client] of clients.entries()) {
          const expected = ['packet 1 to all'];
          if (index === 2) expected.push('packet 1 to one');
          if (index !== 3) expected.push('packet 1 to all but one');
          expect(client.notes.slice(1)).toEqual([...expected, 'packet 1 last']);
        }
        for (const client of clients) (client as OurMember | EngineMember).put(1, `I am ${client.id}`);
        for (const id of ids) await server.saw(`packet ${id} I am ${id}`);
      });

      it('tells who leaves, whoever wants it', async () => {
        const server = await open();
        const clients = [theirClient(secure, server.port), ourClient(secure, server.port)];
        for (const client of clients) await client.joined();
        const [theirs, ours] = clients.map(({ id }) => id);
        const part = (peer: number): void => {
          if (server instanceof OurMember) server.peer.disconnect_peer(peer);
          else server.tell('disconnect', { peer, force: false });
        };
        part(theirs);
        await server.saw(`disconnected ${theirs}`);
        await clients[0].saw('disconnected 1');
        await clients[0].left();
        (clients[1] as OurMember).put(1, 'farewell');
        (clients[1] as OurMember).peer.disconnect_peer(1);
        await server.saw(`disconnected ${ours}`);
        // The engine loses what comes together with a close frame.
        if (server instanceof OurMember) expect(server.notes.at(-2)).toBe(`packet ${ours} farewell`);
        expect(server.notes.at(-1)).toBe(`disconnected ${ours}`);
        await clients[1].left();
        expect(clients[1].notes.at(-1)).toBe('disconnected 1');
      });

      it('sends away by force: only the one that goes is told', async () => {
        const server = await open();
        const clients = [theirClient(secure, server.port), ourClient(secure, server.port)];
        for (const client of clients) {
          await client.joined();
          await server.saw(`connected ${client.id}`);
          const { id } = client;
          if (server instanceof OurMember) server.peer.disconnect_peer(id, true);
          else server.tell('disconnect', { peer: id, force: true });
          await client.left();
          expect(client.notes).toEqual(['connected 1', 'disconnected 1']);
          expect(server.notes).not.toContain(`disconnected ${id}`);
        }
      });

      it('keeps newcomers out while it refuses', async () => {
        const server = await open();
        const first = await theirClient(secure, server.port).joined();
        if (server instanceof OurMember) server.peer.refuse_new_connections = true;
        else server.tell('refuse', { on: true });
        const late = ourClient(secure, server.port);
        late.peer.handshake_timeout = 30;
        server.put(first.id, 'still here?');
        await first.saw('packet 1 still here?');
        expect(late.status).not.toBe(2);
        if (server instanceof OurMember) server.peer.refuse_new_connections = false;
        else server.tell('refuse', { on: false });
        if (server instanceof OurMember) server.look();
        await late.joined();
        await server.saw(`connected ${late.id}`);
      });
    });
  });
});
