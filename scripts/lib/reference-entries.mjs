// Entries of the package for the reference: what one imports, its source, and what it holds in one line.
import { readFileSync } from 'node:fs';
import { BuildError, fromRoot } from './files.mjs';

/** What each entry holds, in the order of the index. */
const BRIEFS = new Map([
  ['.', "Godot 4's classes: WebSocket, multiplayer, streams, TLS and cryptography."],
  ['./godot3', "Godot 3's WebSocket classes, by their names of that time."],
  ['./variant', "Godot's binary encoding of values, of both generations, and the types that JavaScript lacks."],
  ['./scene', 'Nodes: calls of their methods at other peers, spawning and synchronizing, as in Godot 4.'],
  ['./godot3/scene', 'Nodes of Godot 3: calls of their methods and properties at other peers.'],
  ['./cluster', 'Rooms and gateways: multiplayer games over several processes and machines.'],
  ['./streams', 'WebSocket over any stream of bytes, in a page, too: the whole protocol without a socket.'],
  ['./worker', 'A connection that a worker holds, so that it lives on while its page is hidden.'],
  ['./codec', 'The frame codec alone, for other libraries: frames, masks, UTF-8.'],
  ['./extension', 'The classes for a host engine: their description as `extension_api.json`, and calls into them.'],
  ['./adapters/phaser', 'Polling in the frames of Phaser.'],
  ['./adapters/pixi', 'Polling in the frames of PixiJS.'],
  ['./adapters/babylon', 'Polling in the frames of Babylon.js.'],
  ['./adapters/excalibur', 'Polling in the frames of Excalibur.'],
  ['./adapters/three', 'Polling in the frames of three.js.'],
  ['./adapters/playcanvas', 'Polling in the frames of PlayCanvas.'],
  ['./bufferutil', 'Stands in for the native add-on `bufferutil` of the package `ws`.'],
  ['./utf-8-validate', 'Stands in for the native add-on `utf-8-validate` of the package `ws`.'],
]);

/** Entries without classes and functions of TypeScript. */
const FILES = ['./codec.wasm', './package.json'];

/**
 * The entries by the names that typedoc has for them (folders, files of adapters): each with its `title`, as one imports
 * it, its source `file`, and its `brief`.
 */
export function entrySources() {
  const { name, exports } = JSON.parse(readFileSync(fromRoot('package.json'), 'utf8'));
  const paths = Object.keys(exports).filter((path) => !FILES.includes(path));
  const untold = paths.filter((path) => !BRIEFS.has(path));
  if (untold.length > 0) throw new BuildError(`reference-entries.mjs does not say what is in ${untold.join(', ')}`);
  return new Map([...BRIEFS].map(([path, brief]) => entryOf(path, brief, { name, exports })));
}

function entryOf(path, brief, { name, exports }) {
  const { types = exports[path]?.default?.types } = exports[path] ?? {};
  const [, file] = /^\.\/dist\/host\/(.+)\.d\.ts$/.exec(types ?? '') ?? [];
  if (file === undefined) throw new BuildError(`package.json exports no types of ${path}`);
  return [
    file.replace(/\/index$/, ''),
    { title: path.replace('.', name), file: fromRoot('host', `${file}.ts`), brief },
  ];
}
