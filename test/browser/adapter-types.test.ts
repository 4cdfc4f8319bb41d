// The adapters compile against the engines' own types, and so do games that use them. The types of engines come with
// their packages; three.js has none of its own.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { beforeAll, expect, it } from 'vitest';
import { pathInRuntimes, RUNTIMES } from '../runtimes/install.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const GAMES: [string, string][] = [
  [
    'phaser',
    `import Phaser from 'phaser';
     import { WebSocketPlugin } from 'websocketpeer/adapters/phaser';
     declare const plugins: Phaser.Plugins.PluginManager;
     const plugin = new WebSocketPlugin(plugins);
     export const base: Pick<Phaser.Plugins.BasePlugin, 'init' | 'start' | 'stop' | 'destroy'> = plugin;
     plugin.polling.add(peer);
     new Phaser.Game({ plugins: { global: [{ key: 'a', plugin: WebSocketPlugin, data: { peers: [peer] } }] } });`,
  ],
  [
    'pixi',
    `import { Application, type ApplicationPlugin, extensions } from 'pixi.js';
     import { webSocketExtension } from 'websocketpeer/adapters/pixi';
     extensions.add(webSocketExtension);
     const app = new Application();
     export const plugin: Pick<ApplicationPlugin, 'init'> = { init: webSocketExtension.init.bind(app) };
     await app.init({ webSockets: { peers: [peer], budget: 2 } });
     app.webSockets.add(peer);`,
  ],
  [
    'babylon',
    `import { NullEngine } from '@babylonjs/core/Engines/nullEngine.js';
     import { Scene } from '@babylonjs/core/scene.js';
     import { pollWithScene } from 'websocketpeer/adapters/babylon';
     pollWithScene(new Scene(new NullEngine()), { peers: [peer] }).remove(peer);`,
  ],
  [
    'excalibur',
    `import { Engine } from 'excalibur';
     import { WebSocketSystem } from 'websocketpeer/adapters/excalibur';
     const { world } = new Engine().currentScene;
     world.add(new WebSocketSystem({ peers: [peer] }));
     world.add(WebSocketSystem);`,
  ],
  [
    'playcanvas',
    `import type { ScriptComponent } from 'playcanvas';
     import { WebSocketScript } from 'websocketpeer/adapters/playcanvas';
     declare const component: ScriptComponent;
     component.create(WebSocketScript, { properties: { peers: [peer], budget: 2 } })?.polling.add(peer);`,
  ],
];

const PEER = `import type { PolledPeer } from 'websocketpeer/adapters/phaser';
declare const peer: PolledPeer;`;

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
  types: [],
  strict: true,
  noImplicitOverride: true,
  skipLibCheck: true,
  noEmit: true,
  paths: { 'websocketpeer/adapters/*': [join(ROOT, 'host/adapters/*.ts')], '*': [join(RUNTIMES, 'node_modules/*')] },
};

let complaints: Map<string, string[]>;
beforeAll(() => {
  pathInRuntimes('esbuild'); // installs the engines when they are not there yet
  const games = new Map(GAMES.map(([engine, text]) => [join(ROOT, `game-${engine}.ts`), `${PEER}\n${text}`]));
  const host = ts.createCompilerHost(OPTIONS);
  const { fileExists, readFile } = host;
  host.fileExists = (path) => games.has(path) || fileExists(path);
  host.readFile = (path) => games.get(path) ?? readFile(path);
  const program = ts.createProgram([...games.keys()], OPTIONS, host);
  const seen = (path: string): string[] =>
    [
      ...program.getSyntacticDiagnostics(program.getSourceFile(path)),
      ...program.getSemanticDiagnostics(program.getSourceFile(path)),
    ].map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
  complaints = new Map(
    GAMES.map(([engine]) => [
      engine,
      [...seen(join(ROOT, `game-${engine}.ts`)), ...seen(join(ROOT, 'host', 'adapters', `${engine}.ts`))],
    ]),
  );
});

it.each(GAMES)('%s: the adapter and a game compile against the types of the engine', (engine) => {
  expect(complaints.get(engine)).toEqual([]);
});
