// Godot's high-level multiplayer with this package: its clients on our server see each other and reach each other through
// us, remote calls included; and ours is a client of its server.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { OK, SceneMultiplayer, WebSocketMultiplayerPeer } from '../../host/index.js';
import { deafPort } from '../helpers/ports.js';
import { useReports } from '../helpers/reports.js';
import { GODOT4 } from './lib/engine-process.js';
import { describeEngine } from './lib/engine-sides.js';
import { type EngineMember, Member, MembersEngine } from './lib/members.js';
import { Scope, useScope } from './lib/watch.js';

/** A SceneMultiplayer of this package, driven by its own news. */
class OurScene extends Member {
  readonly scene = new SceneMultiplayer();
  readonly peer: WebSocketMultiplayerPeer;

  constructor(peer: WebSocketMultiplayerPeer, scope: Scope, prepare: (scene: SceneMultiplayer) => void) {
    super();
    this.peer = peer;
    prepare(this.scene);
    this.scene.multiplayer_peer = peer;
    for (const signal of ['connected_to_server', 'connection_failed', 'server_disconnected'] as const) {
      this.scene.connect(signal, () => this.note(`${signal} 0`));
    }
    for (const signal of ['peer_authenticating', 'peer_authentication_failed'] as const) {
      this.scene.connect(signal, (id: number) => this.note(`${signal} ${id}`));
    }
    this.scene.connect('peer_connected', (id: number) => this.note(`connected ${id}`));
    this.scene.connect('peer_disconnected', (id: number) => this.note(`disconnected ${id}`));
    this.scene.connect('peer_packet', (id: number, data: Uint8Array) => this.note(`packet ${id} ${Buffer.from(data)}`));
    this.scene.connect('activity', () => this.look());
    scope.defer(() => peer.close());
    this.look();
  }

  sendBytes(target: number, text: string): void {
    this.scene.send_bytes(Buffer.from(text), target);
  }

  look(): void {
    this.scene.poll();
    this.changed(this.peer.get_connection_status(), this.peer.get_unique_id());
  }
}

/** Each side sends its password and lets in who sends the same, as the script in the engine does. */
function withPassword(password: string): (scene: SceneMultiplayer) => void {
  return (scene) => {
    scene.connect('peer_authenticating', (id: number) => scene.send_auth(id, Buffer.from(password)));
    scene.auth_callback = (id, data) => {
      if (Buffer.from(data).toString() === password) scene.complete_auth(id);
      else scene.disconnect_peer(id);
    };
  };
}

describeEngine('the high-level multiplayer of Godot 4', GODOT4, () => {
  const life = new Scope();
  const scope = useScope();
  useReports();
  let engine: MembersEngine;
  beforeAll(async () => {
    engine = await MembersEngine.start(life);
  });
  afterEach(() => engine.clear());
  afterAll(() => life.end());

  function ourServer(prepare: (scene: SceneMultiplayer) => void = () => {}): OurScene & { url: string } {
    const peer = new WebSocketMultiplayerPeer();
    expect(peer.create_server(0, '127.0.0.1')).toBe(OK);
    return Object.assign(new OurScene(peer, scope, prepare), { url: `ws://127.0.0.1:${peer.get_local_port()}` });
  }

  function ourClient(url: string, prepare: (scene: SceneMultiplayer) => void = () => {}): OurScene {
    const peer = new WebSocketMultiplayerPeer();
    expect(peer.create_client(url)).toBe(OK);
    return new OurScene(peer, scope, prepare);
  }

  const theirClient = (url: string, auth = ''): EngineMember =>
    engine.client(url, { scene: true, ...(auth === '' ? {} : { auth }) });

  const newNotes = ({ notes }: Member): string[] => notes.splice(0);

  it('three of its clients on our server see each other, exchange bytes and calls, and leave', async () => {
    const server = ourServer();
    const clients: EngineMember[] = [];
    for (let i = 0; i < 3; i += 1) clients.push(await theirClient(server.url).joined());
    const [a, b, c] = clients;
    for (const one of clients) {
      await one.saw('connected_to_server 0');
      for (const other of clients) if (other !== one) await one.saw(`connected ${other.id}`);
      expect(newNotes(one).slice(0, 2)).toEqual(['connected_to_server 0', 'connected 1']);
    }
    expect(newNotes(server)).toEqual(clients.map(({ id }) => `connected ${id}`));

    a.sendBytes(b.id, 'to b');
    a.sendBytes(-b.id, 'to all but b');
    a.sendBytes(0, 'to all');
    a.sendBytes(1, 'to the server');
    server.sendBytes(c.id, 'for c');
    server.sendBytes(-c.id, 'not for c');
    await b.saw(`packet ${a.id} to all`);
    await c.saw(`packet ${a.id} to all`);
    await server.saw(`packet ${a.id} to the server`);
    await a.saw('packet 1 not for c');
    await b.saw('packet 1 not for c');
    await c.saw('packet 1 for c');
    const sorted = (member: Member): string[] => newNotes(member).sort();
    expect(sorted(server)).toEqual([
      `packet ${a.id} to all`,
      `packet ${a.id} to all but b`,
      `packet ${a.id} to the server`,
    ]);
    expect(sorted(b)).toEqual(['packet 1 not for c', `packet ${a.id} to all`, `packet ${a.id} to b`]);
    expect(sorted(c)).toEqual(['packet 1 for c', `packet ${a.id} to all`, `packet ${a.id} to all but b`]);

    a.tell('call', { target: b.id, text: 'only b' });
    await b.saw(`called ${a.id} only b`);
    a.tell('call', { target: 0, text: 'everyone' });
    await b.saw(`called ${a.id} everyone`);
    await c.saw(`called ${a.id} everyone`);

    const left = c.id;
    c.tell('close');
    await server.saw(`disconnected ${left}`);
    await a.saw(`disconnected ${left}`);
    const sentAway = b.id;
    server.scene.disconnect_peer(sentAway);
    expect([...server.scene.get_peers()]).toEqual([a.id]);
    await b.saw('server_disconnected 0');
    await a.saw(`disconnected ${sentAway}`);
    a.sendBytes(1, 'still here');
    await server.saw(`packet ${a.id} still here`);
    expect(server.notes).not.toContain(`disconnected ${sentAway}`); // as in the engine: whoever parts is not told
  });

  it('its clients and ours on its server see each other and exchange bytes', async () => {
    const server = await engine.server({ scene: true });
    const url = `ws://127.0.0.1:${server.port}`;
    const theirs = await theirClient(url).joined();
    const ours = await ourClient(url).joined();
    await ours.saw(`connected ${theirs.id}`);
    await theirs.saw(`connected ${ours.id}`);
    expect(ours.notes).toEqual(['connected_to_server 0', 'connected 1', `connected ${theirs.id}`]);
    ours.sendBytes(theirs.id, 'hello');
    ours.sendBytes(0, 'hello all');
    theirs.sendBytes(ours.id, 'hello back');
    server.sendBytes(ours.id, 'welcome');
    await theirs.saw(`packet ${ours.id} hello all`);
    await server.saw(`packet ${ours.id} hello all`);
    await ours.saw(`packet ${theirs.id} hello back`);
    await ours.saw('packet 1 welcome');
    expect(theirs.notes).toContain(`packet ${ours.id} hello`);
    const { id } = theirs;
    theirs.tell('close');
    await ours.saw(`disconnected ${id}`);
    server.tell('disconnect', { peer: ours.id, force: false });
    await ours.saw('server_disconnected 0');
    expect(ours.notes.slice(-2)).toEqual(['disconnected 1', 'server_disconnected 0']);
  });

  it('nobody hears of anybody without server_relay', async () => {
    const server = ourServer((scene) => {
      scene.server_relay = false;
    });
    const a = await theirClient(server.url).joined();
    const b = await theirClient(server.url).joined();
    a.sendBytes(b.id, 'is anybody there?');
    b.sendBytes(1, 'done');
    await server.saw(`packet ${b.id} done`);
    server.sendBytes(0, 'last');
    await a.saw('packet 1 last');
    await b.saw('packet 1 last');
    expect(a.notes).toEqual(['connected_to_server 0', 'connected 1', 'packet 1 last']);
    expect(b.notes).toEqual(['connected_to_server 0', 'connected 1', 'packet 1 last']);
  });

  describe('authentication', () => {
    it('its client and our server: the right word, a wrong one, none', async () => {
      const server = ourServer(withPassword('sesame'));
      const good = theirClient(server.url, 'sesame');
      await good.saw('connected 1');
      expect(good.notes).toEqual(['peer_authenticating 1', 'connected_to_server 0', 'connected 1']);
      await server.saw(`connected ${good.id}`);
      server.scene.auth_timeout = 0.3; // for those alone who are to be sent away
      const bad = theirClient(server.url, 'open');
      await bad.saw('server_disconnected 0');
      const silent = theirClient(server.url);
      await silent.saw('server_disconnected 0');
      const failures = server.notes.filter((note) => note.startsWith('peer_authentication_failed'));
      expect(failures).toHaveLength(1); // of the silent one: the other was refused by this side
      expect([...server.scene.get_peers()]).toEqual([good.id]);
    });

    it('our client and its server: the right word and a wrong one', async () => {
      const server = await engine.server({ scene: true, auth: 'sesame' });
      const url = `ws://127.0.0.1:${server.port}`;
      const good = ourClient(url, withPassword('sesame'));
      await good.saw('connected 1');
      expect(good.notes).toEqual(['peer_authenticating 1', 'connected_to_server 0', 'connected 1']);
      await server.saw(`connected ${good.id}`);
      const bad = ourClient(url, withPassword('open'));
      await bad.saw('server_disconnected 0');
      expect([...bad.scene.get_peers()]).toEqual([]);
    });
  });

  it('tells a failure to connect', async () => {
    const failed = ourClient(`ws://127.0.0.1:${await deafPort()}`);
    await failed.saw('connection_failed 0');
    expect(failed.notes).toEqual(['connection_failed 0']);
  });
});
