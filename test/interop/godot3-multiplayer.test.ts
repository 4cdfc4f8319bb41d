// The running Godot 3.6 and this package in one multiplayer game (`gd_mp_api`): its clients at our server, our clients at
// its server, mixed and with relay, plain and over TLS.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  CryptoKey,
  ERR_OUT_OF_MEMORY,
  FAILED,
  OK,
  WebSocketClient,
  WebSocketServer,
  X509Certificate,
} from '../../host/godot3/index.js';
import { useReports } from '../helpers/reports.js';
import { GODOT3 } from './lib/engine-process.js';
import { describeEngine } from './lib/engine-sides.js';
import { type EngineMember, MembersEngine } from './lib/members.js';
import { OurMember3 } from './lib/members3.js';
import { makeTrust, type Trust } from './lib/trust.js';
import { Scope, useScope } from './lib/watch.js';

type AnyMember = EngineMember | OurMember3;

const isOurs = (member: AnyMember): member is OurMember3 => member instanceof OurMember3;
const packetsOf = ({ notes }: AnyMember): string[] => notes.filter((note) => note.startsWith('packet '));

describeEngine('gd_mp_api with Godot 3', GODOT3, () => {
  const life = new Scope();
  const scope = useScope();
  useReports();
  let engine: MembersEngine;
  let trust: Trust;
  beforeAll(async () => {
    trust = await makeTrust();
    engine = await MembersEngine.start(life, GODOT3);
  });
  afterEach(() => engine.clear());
  afterAll(() => life.end());

  function certificate(pem: string): X509Certificate {
    const one = new X509Certificate();
    one.load_from_string(pem);
    return one;
  }

  function ourServer(secure: boolean): OurMember3<WebSocketServer> & { port: number } {
    const server = new WebSocketServer();
    server.bind_ip = '127.0.0.1';
    if (secure) {
      server.private_key = new CryptoKey();
      server.private_key.load_from_string(trust.server.key);
      server.ssl_certificate = certificate(trust.server.cert);
    }
    expect(server.listen(0, [], true)).toBe(OK);
    return Object.assign(new OurMember3(server, scope), { port: server.get_local_port() });
  }

  function ourClient(secure: boolean, port: number): OurMember3<WebSocketClient> {
    const client = new WebSocketClient();
    if (secure) client.trusted_ssl_certificate = certificate(trust.root);
    expect(client.connect_to_url(`${secure ? 'wss' : 'ws'}://localhost:${port}`, [], true)).toBe(OK);
    return new OurMember3(client, scope);
  }

  function theirClient(secure: boolean, port: number): EngineMember {
    const tls = secure ? { tls: { trust: engine.file(trust.root) } } : {};
    return engine.client(`${secure ? 'wss' : 'ws'}://localhost:${port}`, tls);
  }

  function theirServer(secure: boolean): Promise<EngineMember & { port: number }> {
    const { key, cert } = trust.server;
    return engine.server(secure ? { tls: { key: engine.file(key), cert: engine.file(cert) } } : {});
  }

  function sendAway(server: AnyMember, peer: number, code: number): void {
    if (isOurs(server)) (server.peer as WebSocketServer).disconnect_peer(peer, code, 'out');
    else server.tell('disconnect', { peer, code, reason: 'out' });
  }

  function leave(client: AnyMember): void {
    if (isOurs(client)) (client.peer as WebSocketClient).disconnect_from_host(1000, 'bye');
    else client.tell('disconnect', { code: 1000, reason: 'bye' });
  }

  function stop(server: AnyMember): void {
    if (isOurs(server)) (server.peer as WebSocketServer).stop();
    else server.tell('stop');
  }

  function putVariable(member: AnyMember, target: number): void {
    if (isOurs(member)) {
      member.peer.set_target_peer(target);
      expect(member.peer.put_var(['move', 12, 2.5, true, null])).toBe(OK);
    } else {
      member.tell('put_var', { target, value: '[ "move", 12, 2.5, true, null ]' });
    }
  }

  function takeVariables(member: AnyMember): void {
    if (isOurs(member)) member.takesVariables = true;
    else member.tell('variables', { on: true });
  }

  const variableLine = (member: AnyMember, from: number): string =>
    isOurs(member) ? `variable ${from} ["move",12,2.5,true,null]` : `variable ${from} [ "move", 12, 2.5, true, null ]`;

  describe.each([
    ['our server', false, true],
    ['our server, over TLS', true, true],
    ['the engine as server', false, false],
    ['the engine as server, over TLS', true, false],
  ])('%s', (_title, secure, weServe) => {
    const serve = async (): Promise<AnyMember & { port: number }> =>
      weServe ? ourServer(secure) : theirServer(secure);
    const joins = { ours: ourClient, theirs: theirClient };

    describe.each<[string, (keyof typeof joins)[]]>([
      ['two of ours', ['ours', 'ours']],
      ['two of the engine', ['theirs', 'theirs']],
      ['two of ours and two of the engine', ['ours', 'theirs', 'ours', 'theirs']],
    ])('with %s', (_who, kinds) => {
      /** A server and its clients, each of which knows all the others. */
      async function game(): Promise<{ server: AnyMember & { port: number }; clients: AnyMember[]; ids: number[] }> {
        const server = await serve();
        const clients: AnyMember[] = [];
        for (const kind of kinds) clients.push(await joins[kind](secure, server.port).joined());
        const ids = clients.map(({ id }) => id);
        for (const id of ids) await server.saw(`connected ${id}`);
        for (const [index, client] of clients.entries()) {
          for (const id of ids.toSpliced(index, 1)) await client.saw(`connected ${id}`);
        }
        return { server, clients, ids };
      }

      /** Everybody has by now what was sent before: what each client puts reaches everyone else in order. */
      async function settle(server: AnyMember, clients: readonly AnyMember[]): Promise<void> {
        server.put(0, 'last');
        for (const client of clients) {
          await client.saw('packet 1 last');
          client.put(0, 'last');
        }
        for (const client of clients) {
          await server.saw(`packet ${client.id} last`);
          for (const other of clients) if (other !== client) await other.saw(`packet ${client.id} last`);
        }
      }

      it('tells each of the server, of its success, and of those who are there, in this order', async () => {
        const { server, clients, ids } = await game();
        expect(new Set([1, ...ids]).size).toBe(ids.length + 1);
        expect(server.notes).toEqual(ids.map((id) => `connected ${id}`));
        for (const [index, { notes }] of clients.entries()) {
          const before = ids.slice(0, index).sort((a, b) => a - b);
          expect(notes).toEqual([
            'connected 1',
            'connection_succeeded',
            ...[...before, ...ids.slice(index + 1)].map((id) => `connected ${id}`),
          ]);
        }
      });

      it('the server sends to all, to one, to all but one', async () => {
        const { server, clients, ids } = await game();
        server.put(0, 'to all');
        server.put(ids[1], 'to one');
        server.put(-ids[0], 'to all but one');
        server.put(-1, 'to all clients');
        server.put(1, 'to itself');
        server.put(0, 'end');
        for (const client of clients) await client.saw('packet 1 end');
        for (const [index, client] of clients.entries()) {
          const expected = ['packet 1 to all'];
          if (index === 1) expected.push('packet 1 to one');
          if (index !== 0) expected.push('packet 1 to all but one');
          expect(packetsOf(client)).toEqual([...expected, 'packet 1 to all clients', 'packet 1 end']);
        }
        expect(packetsOf(server)).toEqual([]);
      });

      it('clients send to all, to the server, to one by relay, to all but one, and never hear themselves', async () => {
        const { server, clients, ids } = await game();
        const [sender, target] = clients;
        sender.put(0, 'to all');
        sender.put(1, 'to the server');
        sender.put(target.id, 'to one');
        sender.put(-target.id, 'to all but one');
        sender.put(-1, 'to all but the server');
        sender.put(-sender.id, 'to all but me');
        sender.put(sender.id, 'to me');
        await settle(server, clients);
        const from = (member: AnyMember): string[] =>
          packetsOf(member)
            .filter((note) => note.startsWith(`packet ${ids[0]} `))
            .map((note) => note.split(' ').slice(2).join(' '));
        expect(from(sender)).toEqual([]);
        // What is for all but one is kept by the server, whoever the one is.
        const toMost = ['to all but one', 'to all but the server', 'to all but me', 'last'];
        expect(from(server)).toEqual(['to all', 'to the server', ...toMost]);
        expect(from(target)).toEqual(['to all', 'to one', 'to all but the server', 'to all but me', 'last']);
        for (const other of clients.slice(2)) expect(from(other)).toEqual(['to all', ...toMost]);
      });

      it('variables go to the server, come from it, and are relayed', async () => {
        const { server, clients, ids } = await game();
        for (const member of [server, ...clients]) takeVariables(member);
        putVariable(server, ids[0]);
        await clients[0].saw(variableLine(clients[0], 1));
        putVariable(clients[0], 1);
        await server.saw(variableLine(server, ids[0]));
        putVariable(clients[1], ids[0]);
        await clients[0].saw(variableLine(clients[0], ids[1]));
      });

      it('the largest packet goes everywhere', async () => {
        const { server, clients, ids } = await game();
        const large = 'x'.repeat(65526);
        server.put(0, large);
        for (const client of clients) await client.saw(`packet 1 ${large}`);
        clients[0].put(0, large);
        await server.saw(`packet ${ids[0]} ${large}`);
        for (const client of clients.slice(1)) await client.saw(`packet ${ids[0]} ${large}`);
        // With nine bytes of header the buffer is full.
        const unknown = Math.max(...ids) - 1;
        expect(ids).not.toContain(unknown);
        server.put(ids[0], `${large}x`);
        await server.saw(`failed ${ERR_OUT_OF_MEMORY}`);
        server.put(unknown, 'nobody');
        await server.saw(`failed ${FAILED}`);
        clients[0].put(unknown, `${large}x`);
        await clients[0].saw(`failed ${ERR_OUT_OF_MEMORY}`);
      });

      it('tells everybody who leaves, and who is sent away', async () => {
        const { server, clients, ids } = await game();
        const [first, second, ...others] = clients;
        first.put(1, 'farewell');
        leave(first);
        await server.saw(`disconnected ${ids[0]}`);
        await server.saw(`packet ${ids[0]} farewell`); // an engine takes it after its signals
        const tail = [`packet ${ids[0]} farewell`, `client_close_request ${ids[0]}`, `disconnected ${ids[0]}`];
        expect(server.notes.filter((note) => tail.includes(note)).sort()).toEqual([...tail].sort());
        if (isOurs(server)) expect(server.notes.slice(-3)).toEqual(tail);
        await first.saw('connection_failed');
        for (const client of [second, ...others]) await client.saw(`disconnected ${ids[0]}`);
        sendAway(server, ids[1], 4001);
        await second.saw('connection_failed');
        expect(second.notes.slice(-2)).toEqual(['server_close_request 4001', 'connection_failed']);
        await server.saw(`disconnected ${ids[1]}`);
        for (const client of others) await client.saw(`disconnected ${ids[1]}`);
        for (const client of [first, second]) expect(client.notes).not.toContain('server_disconnected');
        await first.left();
        expect([first.id, second.id]).toEqual(ids.slice(0, 2)); // an id is kept until the next one
      });

      it('a server that stops tells each client by a close frame, and itself nothing', async () => {
        const { server, clients, ids } = await game();
        stop(server);
        for (const client of clients) {
          await client.saw('connection_failed');
          expect(client.notes.slice(-2)).toEqual(['server_close_request 1000', 'connection_failed']);
        }
        expect(server.notes).toEqual(ids.map((id) => `connected ${id}`));
      });

      it('keeps newcomers out while it refuses', async () => {
        const { server, clients } = await game();
        if (isOurs(server)) server.peer.refuse_new_connections = true;
        else server.tell('refuse', { on: true });
        server.put(0, 'closed');
        for (const client of clients) await client.saw('packet 1 closed');
        for (const kind of ['ours', 'theirs'] as const) {
          const late = joins[kind](secure, server.port);
          await late.saw('connection_failed');
          expect(late.notes).toEqual(['connection_failed']);
        }
        expect(clients.every(({ notes }) => notes.at(-1) === 'packet 1 closed')).toBe(true);
      });
    });
  });
});
