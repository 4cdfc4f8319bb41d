// The example in docs/scene-command.md: its project becomes a module by the built command, and its server answers a
// client that has the same module.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { WebSocketMultiplayerPeer } from '../../host/index.js';
import type { Node, SceneTree } from '../../host/scene/index.js';
import { Vector2 } from '../../host/variant/index.js';
import { anyNode } from '../helpers/any-node.js';
import { until } from '../helpers/game.js';
import { blocksOf, fromRoot, isBuilt, programsOf, usePrograms } from '../helpers/programs.js';

const PAGE = 'docs/scene-command.md';
const FILES = ['gdscript main.gd', 'gdscript player.gd', 'ini player.tscn', 'ini main.tscn', 'ini project.godot'];
const programs = usePrograms();

/** The module of the page's project, in the folder of the programs. */
function writeModule(): string {
  const project = join(programs.directory, 'project');
  mkdirSync(project);
  for (const file of FILES) writeFileSync(join(project, file.split(' ')[1]), blocksOf(PAGE, file)[0]);
  const command = fromRoot('dist/esm/command/websocketpeer.js');
  const module = join(programs.directory, 'scene.js');
  const args = ['scene', project, '--text', '--js', '--out', module];
  const { status, stderr } = spawnSync(process.execPath, [command, ...args], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return module;
}

describe.skipIf(!isBuilt)(PAGE, () => {
  it('serves the game of its example', async () => {
    const { makeTree, classes, Main } = (await import(writeModule())) as {
      makeTree(): SceneTree;
      classes: Record<string, new () => Node>;
      Main: new () => Node;
    };
    const heard: string[] = [];
    classes.Main = class extends Main {
      say(text: string): void {
        heard.push(text);
      }
    };
    const { port } = await programs.run(programsOf(PAGE)[0]);
    const tree = makeTree();
    const peer = new WebSocketMultiplayerPeer();
    programs.endings.push(() => peer.close());
    const api = tree.get_multiplayer();
    const polled = (condition: () => boolean, what: string): Promise<void> =>
      until(() => {
        tree.process(0.01);
        return condition();
      }, what);
    await polled(() => {
      if (peer.get_connection_status() === WebSocketMultiplayerPeer.CONNECTION_DISCONNECTED) {
        peer.create_client(`ws://127.0.0.1:${port}`);
        api.multiplayer_peer = null;
        api.multiplayer_peer = peer;
      }
      return api.get_peers().includes(1);
    }, 'the program');
    anyNode(tree.root.get_node('Main')).rpc_id(1, 'join', 'Ada');
    const players = tree.root.get_node('Main/Players') as Node;
    await polled(() => heard.length > 0 && players.get_child_count() > 0, 'what the server says and spawns');
    expect(heard).toEqual(['Ada is here']);
    const player = anyNode(players.get_child(0));
    expect([player.name, player.nick]).toEqual([String(api.get_unique_id()), 'Ada']);
    player.rpc_id(1, 'move', new Vector2(1, 0), true);
    await polled(() => (player.position as Vector2).x === 2, 'the move');
  });
});
