// docs/recipes/rpc-server.md: its server, and its bots and sessions, with players in JavaScript. Godot plays its project in
// test/interop/scene-recipes.test.ts.
import { describe, expect, it } from 'vitest';
import { WebSocketMultiplayerPeer } from '../../../host/index.js';
import {
  MultiplayerSpawner,
  MultiplayerSynchronizer,
  Node,
  register_scene,
  SceneReplicationConfig,
  SceneTree,
} from '../../../host/scene/index.js';
import { Vector2 } from '../../../host/variant/index.js';
import { until } from '../../helpers/game.js';
import { isBuilt, programsOf, usePrograms } from '../../helpers/programs.js';
import { putNodes } from './walkers.js';

const [server] = programsOf('docs/recipes/rpc-server.md');
const [bots] = programsOf('docs/recipes/bots.md');
const [sessions] = programsOf('docs/recipes/sessions.md');

const state = new SceneReplicationConfig();
state.add_property('.:position');

class Player extends Node {
  static rpcs = { walk_to: { mode: 'any_peer' }, arrived: {} } as const;
  position = new Vector2();
  at: Vector2 | null = null;
  walk_to = (_where: Vector2): void => {};

  constructor() {
    super();
    const synchronizer = new MultiplayerSynchronizer();
    synchronizer.name = 'Sync';
    synchronizer.replication_config = state;
    this.add_child(synchronizer);
  }

  arrived(where: Vector2): void {
    this.at = where;
  }
}
register_scene('res://player.tscn', () => new Player());

class Main extends Node {
  static rpcs = { welcome: {} };
  readonly tree = new SceneTree();
  readonly peer = new WebSocketMultiplayerPeer();
  readonly players = new Node();
  welcomed = '';

  constructor() {
    super();
    this.name = 'Main';
    this.players.name = 'Players';
    this.add_child(this.players);
    const spawner = new MultiplayerSpawner();
    spawner.name = 'Spawner';
    spawner.spawn_path = '../Players';
    spawner.add_spawnable_scene('res://player.tscn');
    this.add_child(spawner);
    this.tree.root.add_child(this);
  }

  welcome(text: string): void {
    this.welcomed = text;
  }

  get me(): Player | null {
    return this.players.get_node_or_null(String(this.peer.get_unique_id())) as Player | null;
  }
}

describe.skipIf(!isBuilt)('the recipes of games with remote calls', () => {
  const programs = usePrograms();

  /** A player in JavaScript, in the game; the program may take a while to start. */
  async function joined(port: number, path = ''): Promise<Main> {
    const main = new Main();
    const api = main.tree.get_multiplayer();
    programs.endings.push(() => {
      main.peer.close();
      main.tree.free();
    });
    await until(() => {
      if (main.peer.get_connection_status() === 0) {
        api.multiplayer_peer = null;
        main.peer.create_client(`ws://127.0.0.1:${port}${path}`);
        api.multiplayer_peer = main.peer;
      }
      main.tree.process(0);
      return main.me !== null && main.welcomed !== '';
    }, 'the game');
    return main;
  }

  const play = (mains: readonly Main[], condition: () => boolean, what: string): Promise<void> =>
    until(() => {
      for (const { tree } of mains) tree.process(0);
      return condition();
    }, what);

  it('docs/recipes/rpc-server.md: players appear, walk where they want, and leave', async () => {
    putNodes(programs);
    const { port, out, terminate } = await programs.run(server);
    const [a, b] = [await joined(port), await joined(port)];
    expect(a.welcomed).toBe(`welcome, ${a.peer.get_unique_id()}`);
    await play([a, b], () => a.players.get_child_count() === 2, 'the second');
    a.me?.rpc_id(1, 'walk_to', new Vector2(30, 40));
    const another = b.players.get_node_or_null(String(a.peer.get_unique_id())) as Player;
    another.rpc_id(1, 'walk_to', new Vector2(-99, 0)); // not its own
    await play([a, b], () => a.me?.at !== null && another.at !== null, 'the arrival');
    expect([a.me?.at, another.at]).toEqual([new Vector2(30, 40), new Vector2(30, 40)]);
    await play([a, b], () => another.position.x === 30 && another.position.y === 40, 'its place');
    a.peer.close();
    await play([b], () => b.players.get_child_count() === 1, 'the farewell');
    expect(out()).toContain('has left');
    const ended = terminate();
    await play([b], () => b.peer.get_connection_status() === 0, 'the end');
    expect(await ended).toBe(0);
  });

  it('docs/recipes/bots.md: bots walk, and say how long it takes', async () => {
    putNodes(programs);
    const { port, terminate, out: said } = await programs.run(server);
    await joined(port); // it is there
    const { out } = await programs.run(bots.replaceAll('9080', String(port)));
    await until(() => /^10 play, [1-9]\d* walks, p99 \d+ ms, [1-9]\d* states$/m.test(out()), 'figures');
    expect(out()).not.toContain('dropped');
    await terminate();
    await until(() => out().includes('0 play'), 'the end of the bots');
    expect(said()).not.toContain('dropped');
  });

  it('docs/recipes/sessions.md: sessions don’t see each other, and end when they are empty', async () => {
    putNodes(programs);
    const { port, out, terminate } = await programs.run(sessions);
    const a = await joined(port, '/session/lion');
    const b = await joined(port, '/session/lion');
    const c = await joined(port, '/session/zebra');
    expect([a, b, c].map(({ welcomed }) => welcomed)).toEqual([
      'welcome to lion',
      'welcome to lion',
      'welcome to zebra',
    ]);
    await play([a, b, c], () => a.players.get_child_count() === 2, 'each other');
    expect(c.players.get_child_count()).toBe(1);
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('2 sessions\n');
    a.peer.close();
    await play([b, c], () => b.players.get_child_count() === 1, 'the farewell');
    b.peer.close();
    await play([c], () => out().includes('lion has ended, 1 in all'), 'the end of a session');
    const again = await joined(port, '/session/lion');
    expect(again.players.get_child_count()).toBe(1);
    const stranger = new WebSocketMultiplayerPeer();
    stranger.create_client(`ws://127.0.0.1:${port}/elsewhere`);
    await until(() => {
      stranger.poll();
      return stranger.get_connection_status() === 0;
    }, 'the refusal');
    const ended = terminate();
    await play([c, again], () => [c, again].every(({ peer }) => peer.get_connection_status() === 0), 'the end');
    expect(await ended).toBe(0);
  });
});
