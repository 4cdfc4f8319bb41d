// Many trees in one process: they know nothing of each other, and nothing of them stays.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { type SceneMultiplayer, WebSocketMultiplayerPeer } from '../../host/index.js';
import {
  instantiate_scene,
  MultiplayerSpawner,
  MultiplayerSynchronizer,
  Node,
  register_scene,
  SceneReplicationConfig,
  SceneTree,
} from '../../host/scene/index.js';
import { until } from '../helpers/game.js';
import { useReports } from '../helpers/reports.js';

const config = new SceneReplicationConfig();
config.add_property('.:hp');

class Unit extends Node {
  static rpcs = { touch: { mode: 'any_peer' } } as const;
  hp = 1;
  touched = false;

  touch(): void {
    this.touched = true;
  }

  constructor() {
    super();
    const synchronizer = new MultiplayerSynchronizer();
    synchronizer.replication_config = config;
    synchronizer.name = 'Sync';
    this.add_child(synchronizer);
  }
}
register_scene('res://session-unit.tscn', () => new Unit());

class Main extends Node {
  static rpcs = { hello: { mode: 'any_peer' } } as const;
  readonly tree = new SceneTree();
  readonly peer = new WebSocketMultiplayerPeer();
  readonly heard: string[] = [];

  constructor() {
    super();
    this.name = 'Main';
    const spawner = new MultiplayerSpawner();
    spawner.name = 'Spawner';
    spawner.spawn_path = '..';
    spawner.add_spawnable_scene('res://session-unit.tscn');
    this.add_child(spawner);
    this.tree.root.add_child(this);
  }

  hello(from: string): void {
    this.heard.push(from);
  }

  begin(): void {
    this.tree.get_multiplayer().multiplayer_peer = this.peer;
  }

  get unit(): Unit | null {
    return this.get_node_or_null('Unit') as Unit | null;
  }

  end(): void {
    this.peer.close();
    this.tree.free();
  }
}

interface Session {
  readonly server: Main;
  readonly client: Main;
}

function open(): Session {
  const [server, client] = [new Main(), new Main()];
  server.peer.create_server(0, '127.0.0.1');
  server.begin();
  client.peer.create_client(`ws://127.0.0.1:${server.peer.get_local_port()}`);
  client.begin();
  const unit = instantiate_scene('res://session-unit.tscn') as Unit;
  unit.name = 'Unit';
  server.add_child(unit);
  return { server, client };
}

/** Plays one session from its beginning to its end; returns what must not stay. */
async function play(sessions: readonly Session[]): Promise<WeakRef<object>[]> {
  const process = (): void => {
    for (const { server, client } of sessions) {
      server.tree.process(0);
      client.tree.process(0);
    }
  };
  const wait = (condition: (session: Session, i: number) => boolean, what: string): Promise<void> =>
    until(() => {
      process();
      return sessions.every(condition);
    }, what);
  await wait(({ client }) => client.unit !== null, 'the units');
  for (const [i, { server, client }] of sessions.entries()) {
    (server.unit as Unit).hp = 100 + i;
    client.rpc('hello', `client ${i}`);
    server.rpc('hello', `server ${i}`);
  }
  await wait(({ client }, i) => client.unit?.hp === 100 + i, 'the states');
  await wait(({ server, client }) => server.heard.length > 0 && client.heard.length > 0, 'the calls');
  for (const [i, { server, client }] of sessions.entries()) {
    expect([server.heard, client.heard]).toEqual([[`client ${i}`], [`server ${i}`]]);
  }
  const kept = sessions.flatMap(({ server, client }) =>
    [server, client].flatMap((main) => [main, main.tree, main.tree.get_multiplayer(), main.peer, main.unit as Unit]),
  );
  for (const { server, client } of sessions) {
    client.end();
    server.end();
  }
  return kept.map((one) => new WeakRef(one));
}

const COUNT = 20;
const reports = useReports();

it('plays many sessions, which don’t hear each other, and keeps nothing of them', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const kept = await play(Array.from({ length: COUNT }, open));
  expect(kept).toHaveLength(COUNT * 10);
  await until(() => {
    collect();
    return kept.every((one) => one.deref() === undefined);
  }, 'the end of all objects');
  expect(reports.take()).toEqual([]);
});

it('keeps nothing of nodes that come and go in a session that goes on', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const { server, client } = open();
  (server.tree.get_multiplayer() as SceneMultiplayer).max_cached_paths = 3;
  const gone: WeakRef<object>[] = [];
  const step = (condition: () => boolean, what: string): Promise<void> =>
    until(() => {
      server.tree.process(0);
      client.tree.process(0);
      return condition();
    }, what);
  const once = async (): Promise<void> => {
    await step(() => client.unit !== null, 'the unit');
    gone.push(new WeakRef(server.unit as Unit), new WeakRef(client.unit as Unit));
    client.unit?.rpc_id(1, 'touch'); // which gives it a number
    await step(() => server.unit?.touched === true, 'the call');
    server.unit?.free();
    await step(() => client.unit === null, 'the despawn');
    const unit = instantiate_scene('res://session-unit.tscn') as Unit;
    unit.name = 'Unit';
    server.add_child(unit);
  };
  for (let i = 0; i < 20; i += 1) await once();
  await until(() => {
    collect();
    // V8 may hold the last ones in its registers.
    return gone.slice(0, -2).every((one) => one.deref() === undefined);
  }, 'the end of all units');
  client.end();
  server.end();
  expect(reports.take()).toEqual([]);
});
