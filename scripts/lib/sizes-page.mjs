// Generator of docs/sizes.md: what a game loads of this package, measured on the built one.
import { bundleSizes, fileSizes } from './sizes.mjs';

const PEER = "export { WebSocketPeer } from 'websocketpeer';";
const VARIANT = "import 'websocketpeer/variant';";
const MULTIPLAYER = "export { SceneMultiplayer, WebSocketMultiplayerPeer } from 'websocketpeer';";

/** What a program takes, and the program. */
const IN_PAGES = [
  ['a socket', PEER],
  ['a socket and Godot’s variables', `${PEER} ${VARIANT}`],
  ['a client of a multiplayer game', MULTIPLAYER],
  ['a client of a multiplayer game, with Godot’s variables', `${MULTIPLAYER} ${VARIANT}`],
  ['a client of Godot 3', "export { WebSocketClient } from 'websocketpeer/godot3';"],
  ['a socket in a worker: the page’s part', "export { WorkerWebSocketPeer } from 'websocketpeer/worker';"],
  ['a socket in a worker: the worker’s part', "export { hostPeers } from 'websocketpeer/worker';"],
  ['an engine’s adapter, besides a socket', "export { WebSocketPlugin } from 'websocketpeer/adapters/phaser';"],
  ['Godot’s variables alone', "export { bytes_to_var, var_to_bytes } from 'websocketpeer/variant';"],
  ['sockets over byte streams', "export * from 'websocketpeer/streams';"],
  ['the codec', "export * from 'websocketpeer/codec';"],
  ['everything of the main import', "export * from 'websocketpeer';"],
];

const IN_NODE = [
  ['a server', "export { TCPServer, WebSocketPeer } from 'websocketpeer';"],
  ['a server of a multiplayer game', MULTIPLAYER],
  ['everything of the main import', "export * from 'websocketpeer';"],
];

const SINGLE_FILES = ['websocketpeer', 'variant', 'worker', 'godot3', 'streams', 'codec'];

const CORES = [
  ['with SIMD', 'build/wasm/simd.wasm'],
  ['without', 'build/wasm/scalar.wasm'],
];

const kilobytes = (bytes) => (bytes / 1000).toFixed(1);
const row = (cells, { plain, gzip, brotli }) =>
  `| ${[...cells, ...[plain, gzip, brotli].map(kilobytes)].join(' | ')} |`;

async function bundleRows(programs, condition) {
  const rows = [];
  for (const [what, program] of programs) {
    const imports = program.replaceAll('export ', 'import ').replace('import * from', 'import * as all from');
    rows.push(row([what, `\`${imports}\``], await bundleSizes(program, condition)));
  }
  return rows.join('\n');
}

export async function sizesPage() {
  const files = SINGLE_FILES.map((name) => row([`\`dist/browser/${name}.js\``], fileSizes(`dist/browser/${name}.js`)));
  const cores = CORES.map(([what, path]) => row([what], fileSizes(path)));
  return `# Sizes

Made from the built package by \`npm run docs\`; \`npm run check\` fails when a size is more than 5 % away from what stands
here. Kilobytes of 1,000 bytes; gzip at level 9, brotli at level 11.

## In a page

What a bundler takes along for these imports, minified:

| for | import | minified | gzip | brotli |
|---|---|--:|--:|--:|
${await bundleRows(IN_PAGES, 'browser')}

## In a page without a bundler

Files that are [loaded as they are](recipes/script-tag.md), without what they import:

| file | minified | gzip | brotli |
|---|--:|--:|--:|
${files.join('\n')}

## In Node

The same by a bundler for servers. Installed from npm, the package is readable instead: names and lines are kept for stack
traces.

| for | import | minified | gzip | brotli |
|---|---|--:|--:|--:|
${await bundleRows(IN_NODE, 'default')}

The WebAssembly core that is part of them, and of the codec, in both forms:

| core | bytes ÷ 1,000 | gzip | brotli |
|---|--:|--:|--:|
${cores.join('\n')}
`;
}

const NUMBER = /\d+\.\d(?= \|)/g;
const TOLERANCE = 0.05;
/** Kilobytes: what rounding, and another zlib, may make of a small size. */
const LEAST = 0.25;

/**
 * Whether two pages say the same, but for sizes that are close to each other.
 *
 * @param {string} page
 * @param {string} other
 */
export function isClose(page, other) {
  if (page.replace(NUMBER, '') !== other.replace(NUMBER, '')) return false;
  const sizes = (text) => (text.match(NUMBER) ?? []).map(Number);
  const known = sizes(page);
  return sizes(other).every((size, at) => Math.abs(known[at] - size) <= Math.max(LEAST, TOLERANCE * size));
}
