// What the door knows of a visitor, inside a remote call: a handshake_hook gives it as data, clients of both kinds call, and
// the method that is called reads it.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type SceneMultiplayer, WebSocketMultiplayerPeer, type WebSocketSettings } from '../../host/index.js';
import { SceneTree } from '../../host/scene/index.js';
import { useReports } from '../helpers/reports.js';
import { GODOT4_SCENE } from './lib/engine-process.js';
import { describeEngine } from './lib/engine-sides.js';
import { type EngineMember, Member, MembersEngine } from './lib/members.js';
import { Game } from './lib/scene-game.js';
import { clientOptions, makeTrust, serverOptions, type Trust } from './lib/trust.js';
import { Scope, useScope } from './lib/watch.js';

/** The names of who may come in, by their tokens. */
const PLAYERS = new Map([
  ['t1', 'Ada'],
  ['t2', 'Bob'],
]);

const guard: WebSocketSettings['handshake_hook'] = async (request) => {
  const player = PLAYERS.get(new URL(request.url).searchParams.get('token') ?? '');
  await Promise.resolve(); // as if it had asked a database
  if (player === undefined) request.refuse(401);
  else request.accept({ data: { player } });
};

/** Notes who says something, by what the door knew. */
class GuardedGame extends Game {
  override say(value: unknown): void {
    this.note(`${this.#caller()} says ${JSON.stringify(value)}`);
  }

  override shout(text: string): void {
    this.note(`${this.#caller()} shouts ${text}`);
  }

  #caller(): string {
    const { multiplayer } = this;
    const data = multiplayer?.multiplayer_peer?.get_peer_data(multiplayer.get_remote_sender_id());
    return data === null ? 'nobody known' : (data as { player: string }).player;
  }
}

/** A member of this package, driven by its own news. */
class OurMember extends Member {
  readonly peer = new WebSocketMultiplayerPeer();
  readonly game: Game;

  constructor(scope: Scope, Class: typeof Game, begin: (peer: WebSocketMultiplayerPeer) => void) {
    super();
    const tree = new SceneTree();
    this.game = new Class((text) => this.note(text));
    tree.root.add_child(this.game);
    begin(this.peer);
    const multiplayer = tree.get_multiplayer() as SceneMultiplayer;
    multiplayer.multiplayer_peer = this.peer;
    const look = (): void => {
      tree.process(0);
      this.changed(this.peer.get_connection_status(), this.peer.get_unique_id());
    };
    multiplayer.connect('activity', look);
    scope.defer(() => {
      this.peer.close();
      tree.free();
    });
    look();
  }
}

describeEngine('a remote call with Godot 4', GODOT4_SCENE, () => {
  const life = new Scope();
  const scope = useScope();
  const reports = useReports();
  let trust: Trust;
  let engine: MembersEngine;
  beforeAll(async () => {
    trust = await makeTrust();
    engine = await MembersEngine.start(life, GODOT4_SCENE);
  });
  afterEach(() => engine.clear());
  afterAll(() => life.end());

  describe.each([
    ['plain', false],
    ['over TLS', true],
  ])('%s', (_name, secure) => {
    const serve = (): OurMember =>
      new OurMember(scope, GuardedGame, (peer) => {
        peer.peer_settings.handshake_hook = guard;
        expect(peer.create_server(0, '127.0.0.1', secure ? serverOptions(trust) : null)).toBe(0);
      });
    const urlOf = ({ peer }: OurMember, token: string): string =>
      `${secure ? 'wss' : 'ws'}://localhost:${peer.get_local_port()}/?token=${token}`;
    const ours = (url: string): OurMember =>
      new OurMember(scope, Game, (peer) => {
        expect(peer.create_client(url, secure ? clientOptions(trust) : null)).toBe(0);
      });
    const theirs = (url: string): EngineMember =>
      engine.client(url, secure ? { tls: { trust: engine.file(trust.root) } } : {});

    it('tells who calls by what the door gave as data', async () => {
      const server = serve();
      const ada = theirs(urlOf(server, 't1'));
      const bob = ours(urlOf(server, 't2'));
      await ada.joined();
      await bob.joined();
      ada.tell('rpc', { target: 1, method: 'say', values: ['"hello"'] });
      bob.game.rpc_id(1, 'say', 5);
      await server.saw('Ada says "hello"');
      await server.saw('Bob says 5');
      expect(server.peer.get_peer_data(ada.id)).toEqual({ player: 'Ada' });
      expect(reports.take()).toEqual([]);
    });

    it('knows nothing of a server that calls itself, and of a client that nobody lets in', async () => {
      const server = serve();
      const stranger = theirs(urlOf(server, 'wrong'));
      await stranger.left();
      const ada = theirs(urlOf(server, 't1'));
      await ada.joined();
      reports.take();
      server.game.rpc('shout', 'to all');
      await server.saw('nobody known shouts to all');
      await ada.saw('shouted 1 ["to all",1]');
      expect(reports.take()).toEqual([]);
      expect(stranger.id).toBe(0);
      expect(server.peer.get_peer_data(stranger.id)).toBeNull();
      expect(reports.take()).toEqual(['get_peer_data: there is no peer 0']);
    });
  });
});
