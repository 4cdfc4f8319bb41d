// `websocketpeer scene` with the engine: the checksums of its classes are the engine's, its modules compile and serve
// the projects that they are made from.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { askEngine } from '../../host/command/scene/engine.js';
import { moduleOf } from '../../host/command/scene/module.js';
import { type Options, readOptions } from '../../host/command/scene/options.js';
import { planOf } from '../../host/command/scene/plan.js';
import type { Project } from '../../host/command/scene/project.js';
import { readTexts } from '../../host/command/scene/text-project.js';
import { OK, type SceneMultiplayer, WebSocketMultiplayerPeer } from '../../host/index.js';
import { instantiate_scene, MultiplayerSpawner, type Node, type SceneTree } from '../../host/scene/index.js';
import { Rpcs } from '../../host/scene/rpc-config.js';
import { anyNode } from '../helpers/any-node.js';
import { freePort } from '../helpers/ports.js';
import { isBuilt } from '../helpers/programs.js';
import { GODOT4 } from './lib/engine-process.js';
import { describeEngine } from './lib/engine-sides.js';
import { eventually, ImportedProject, moduleFolder, PROJECTS, projectFolder } from './lib/scene-projects.js';
import { Scope, useScope } from './lib/watch.js';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const optionsOf = (folder: string, ...args: readonly string[]): Options => readOptions([folder, ...args]);

/** What a user writes. */
const GAME = `
import { classes, Main, makeTree, Player } from './nested-scenes.js';
class MyMain extends Main {
  override join(nick: string): void {
    const main: MyMain = this;
    main.rpc('welcome', nick, 7);
  }
}
class MyPlayer extends Player {
  override hit(by: number, damage = 1): void {
    this.hp -= damage * by;
  }
}
classes.Main = MyMain;
classes.Player = MyPlayer;
// @ts-expect-error: a Main is no Player
classes.Player = MyMain;
// @ts-expect-error: a method that is not there
new MyPlayer().rpc('hot', 3);
new MyPlayer().rpc('hit', 3, 0.5);
makeTree().root.get_node('Main');
`;

/** A module that was imported. */
interface Made {
  readonly classes: Record<string, new () => Node>;
  makeTree(): SceneTree;
  readonly [name: string]: unknown;
}

/** Checksums by the keys of scripts, out of the packets that introduce nodes to a client. */
async function checksumsOfEngine(project: ImportedProject, scope: Scope): Promise<Map<string, string>> {
  const port = await freePort();
  const engine = project.run(scope, '--script', here('godot/checksums4.gd'), '--', String(port));
  await engine.until('listening');
  const client = new WebSocketMultiplayerPeer();
  scope.defer(() => client.close());
  expect(client.create_client(`ws://127.0.0.1:${port}`)).toBe(OK);
  const checksums = new Map<string, string>();
  const keys = new Map([...engine.out.matchAll(/^script (\w+) (.*)$/gm)].map(([, name, key]) => [name, key]));
  let isOver = false;
  await eventually(() => {
    client.poll();
    while (client.get_available_packet_count() > 0) {
      const packet = Buffer.from(client.get_packet());
      isOver ||= packet.toString('latin1') === '\x03end';
      if (packet[0] !== 1) continue;
      const path = packet.toString('utf8', 38, packet.length - 1);
      checksums.set(keys.get(path) ?? path, packet.toString('latin1', 1, 33));
    }
    return isOver;
  });
  return checksums;
}

describeEngine('websocketpeer scene', GODOT4, () => {
  const life = new Scope();
  const scope = useScope();
  afterAll(() => life.end());
  const folder = moduleFolder(life);
  const projects = new Map<string, ImportedProject>();
  /** Importing takes seconds: once for all tests. */
  const imported = (name: string): ImportedProject => {
    const project = projects.get(name) ?? new ImportedProject(name, life);
    projects.set(name, project);
    return project;
  };
  const asked = new Map<string, Promise<Project>>();
  const ask = (name: string): Promise<Project> => {
    const project = asked.get(name) ?? askEngine('godot4', optionsOf(imported(name).folder, '--time', '600'));
    asked.set(name, project);
    return project;
  };
  let count = 0;
  async function importModule(project: Project): Promise<Made> {
    count += 1;
    const file = join(folder, `module${count}.ts`);
    writeFileSync(file, moduleOf(project, { isTyped: true }).text);
    return (await import(file)) as Made;
  }

  describe.each(PROJECTS)('of the project %s', (name) => {
    it('gives classes with the checksums of the engine', async () => {
      const project = await ask(name);
      expect(project.problems).toEqual([]);
      const made = await importModule(project);
      const types = Object.values(made.classes ?? {}); // no table without classes
      const keys = [...planOf(project).classes.keys()];
      const checksums = new Map(keys.map((key, index) => [key, new Rpcs(types[index]).checksum]));
      const theirs = await checksumsOfEngine(imported(name), scope);
      const ours = new Map([...theirs.keys()].map((key) => [key, checksums.get(key)]));
      expect(ours).toEqual(theirs);
      const withRpcs = keys.filter((key) => Object.keys(project.scripts[key].rpcs).length > 0);
      expect(withRpcs.sort()).toEqual([...theirs.keys()].sort());
    });

    it('reads the same from the texts, but for what it names', async () => {
      const withoutHead = (project: Project): string =>
        moduleOf(project, { isTyped: true }).text.split('\n').slice(1).join('\n');
      const texts = readTexts(projectFolder(name));
      if (texts.problems.length > 0) return;
      const inOrder = (text: string): string =>
        text.replaceAll(/new Dictionary(<.*?>)\(\[.*?\]\);/g, 'new Dictionary();');
      expect(inOrder(withoutHead(texts))).toBe(inOrder(withoutHead(await ask(name))));
    });
  });

  it('changes nothing in a project that the engine has imported', async () => {
    const project = imported('nested-scenes');
    const before = project.files();
    const { problems, scenes } = await askEngine('godot4', optionsOf(project.folder, '--time', '600'));
    expect(problems).toEqual([]);
    expect(Object.keys(scenes)).toHaveLength(4);
    expect(project.files()).toEqual(before);
  });

  it('names scripts and scenes that the engine can not load, and goes on', async () => {
    const project = new ImportedProject('nested-scenes', scope);
    project.write('broken.gd', 'extends Node\nfunc a(:\n');
    project.write('Sharp.cs', '');
    project.write('broken.tscn', 'nothing');
    const { problems, scripts } = await askEngine('godot4', optionsOf(project.folder, '--copy', '--time', '600'));
    expect(problems).toEqual([
      { file: 'res://Sharp.cs', line: 0, text: 'a script in C#, which is not read' },
      { file: 'res://broken.gd', line: 2, text: expect.stringContaining("the engine can't load the script: Parse") },
      { file: 'res://broken.tscn', line: expect.any(Number), text: expect.stringContaining("can't load the scene") },
    ]);
    expect(Object.keys(scripts)).toContain('res://player.gd');
  });

  it.skipIf(!isBuilt)('gives modules that compile', async () => {
    const files: string[] = [];
    for (const name of PROJECTS) {
      const project = await ask(name);
      files.push(join(folder, `${name}.ts`));
      writeFileSync(join(folder, `${name}.ts`), moduleOf(project, { isTyped: true }).text);
    }
    files.push(join(folder, 'game.ts'));
    writeFileSync(join(folder, 'game.ts'), GAME);
    const flags = `--noEmit --strict --noImplicitOverride --exactOptionalPropertyTypes --noUncheckedIndexedAccess
      --noUnusedLocals --isolatedModules --verbatimModuleSyntax --noPropertyAccessFromIndexSignature --skipLibCheck
      --target es2022 --module nodenext --types node`.split(/\s+/);
    const tsc = here('../../node_modules/typescript/bin/tsc');
    const { stdout, status } = spawnSync(process.execPath, [tsc, ...flags, ...files], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(stdout).toBe('');
    expect(status).toBe(0);
  });

  describe('gives a server', () => {
    async function serve(tree: SceneTree): Promise<{ port: number; api: SceneMultiplayer }> {
      const peer = new WebSocketMultiplayerPeer();
      const port = await freePort();
      expect(peer.create_server(port, '127.0.0.1')).toBe(OK);
      scope.defer(() => peer.close());
      const api = tree.get_multiplayer() as SceneMultiplayer;
      api.multiplayer_peer = peer;
      return { port, api };
    }

    it('for the project whose scenes it has', async () => {
      const made = await importModule(await ask('nested-scenes'));
      const joined = vi.fn();
      made.classes.Main = class extends made.classes.Main {
        join(nick: string): void {
          joined(nick);
          anyNode(this).rpc_id(this.multiplayer?.get_remote_sender_id() ?? 0, 'welcome', nick, 7);
        }
      };
      const tree = made.makeTree();
      const { port } = await serve(tree);
      const engine = imported('nested-scenes').run(scope, '--', 'client', String(port));
      const step = (): void => tree.process(0.016);
      await engine.until('welcome engine 7', step);
      expect(joined).toHaveBeenCalledExactlyOnceWith('engine');
      const node = instantiate_scene('res://elite.tscn') as Node;
      const elite = anyNode(node);
      elite.name = 'E1';
      elite.hp = 55;
      tree.root.get_node('Main/World/Units')?.add_child(node);
      await engine.until('spawned E1', step);
      expect(engine.out).toContain('player E1 55 somebody (5.0, 6.0) 0.0 0.5');
      elite.rpc('hit', 3);
      await engine.until('hit E1 3 1.0', step);
      elite.rpc('hit', 4, 0.5);
      await engine.until('hit E1 4 0.5', step);
      expect(engine.errors).not.toMatch(/checksum|mismatch|failed/i);
    });

    it('for the recorded project, whose nodes its script makes', async () => {
      const made = await importModule(await ask('replication'));
      const tree = made.makeTree();
      const main = tree.root.get_node('Main') as Node;
      const add = (name: string, node: Node): Node => {
        node.name = name;
        main.add_child(node);
        return node;
      };
      const target = add('A', new made.classes.Target());
      const world = add('World', new made.classes.Big());
      const spawner = new MultiplayerSpawner();
      spawner.spawn_path = '../World';
      spawner.add_spawnable_scene('res://unit.tscn');
      add('Spawner', spawner);
      const { port, api } = await serve(tree);
      const engine = imported('replication').run(scope, '--', 'client', String(port));
      const step = (): void => tree.process(0.016);
      await eventually(() => {
        step();
        return api.get_peers().length > 0;
      });
      anyNode(target).rpc('ünder', 5);
      await engine.until('A.ünder [5] from 1', step);
      const unit = instantiate_scene('res://unit.tscn') as Node;
      unit.name = 'U1';
      world.add_child(unit);
      await engine.until('unit ready U1 hp 100 label x once 7 pos (0.0, 0.0)', step);
    });
  });
});
