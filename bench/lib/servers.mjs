// The measured servers, by their names in the results, and the load generator.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadModule, pathOf } from './contestants.mjs';
import { Program } from './program.mjs';

const file = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const node = (...args) => [process.execPath, '--expose-gc', ...args];
/** Variables that ws reads once, when it is loaded. */
const WITHOUT_NATIVE = { ...process.env, WS_NO_BUFFER_UTIL: '1', WS_NO_UTF_8_VALIDATE: '1' };
/** Accepted connections on Node's sockets instead of the system's handles (docs/decisions/handle-binding.md). */
const ON_SOCKETS = { ...process.env, WEBSOCKETPEER_HANDLES: '0' };
const needsWs = (command) => (loadModule('ws') === null ? null : command);
const needsHelpers = (command) => {
  const helpers = ['bufferutil', 'utf-8-validate'].map(loadModule);
  return helpers.includes(null) ? null : needsWs(command);
};
const needsPath = (name, ...args) => (pathOf(name) === null ? null : [pathOf(name), ...args]);

/** How to start each; null where it is missing. `kind` is the kind of server, `raw` marks one without WebSocket. */
const SERVERS = {
  websocketpeer: { command: (kind) => node(file('servers/websocketpeer.mjs'), kind) },
  'websocketpeer on sockets': {
    command: (kind) => node(file('servers/websocketpeer.mjs'), kind),
    options: { env: ON_SOCKETS },
  },
  'websocketpeer, deflate': { command: (kind) => node(file('servers/websocketpeer.mjs'), kind, 'deflate') },
  ws: { command: (kind) => needsWs(node(file('servers/ws.mjs'), kind)) },
  'ws, deflate': { command: (kind) => needsWs(node(file('servers/ws.mjs'), kind, 'deflate')) },
  'ws, deflate alike': { command: (kind) => needsWs(node(file('servers/ws.mjs'), kind, 'deflate alike')) },
  'ws without native': {
    command: (kind) => needsWs(node(file('servers/ws.mjs'), kind)),
    options: { env: WITHOUT_NATIVE },
  },
  'ws over websocketpeer': {
    command: (kind) => needsHelpers(node(file('servers/ws.mjs'), kind, 'override')),
  },
  Bun: { command: (kind) => needsPath('Bun', 'run', file('servers/bun.mjs'), kind) },
  'Bun, deflate': { command: (kind) => needsPath('Bun', 'run', file('servers/bun.mjs'), kind, 'deflate') },
  Deno: { command: (kind) => needsPath('Deno', 'run', '--allow-all', '--no-config', file('servers/deno.mjs'), kind) },
  net: { command: () => node(file('servers/net.mjs'), 'data'), raw: true },
  'net, onread': { command: () => node(file('servers/net.mjs'), 'onread'), raw: true },
};

const CLIENTS = {
  websocketpeer: { command: () => node(file('clients/websocketpeer.mjs')) },
  ws: { command: () => needsWs(node(file('clients/ws.mjs'))) },
  'ws without native': { command: () => needsWs(node(file('clients/ws.mjs'))), options: { env: WITHOUT_NATIVE } },
  'Node (undici)': { command: () => [process.execPath, '--experimental-websocket', file('clients/standard.mjs')] },
  Bun: { command: () => needsPath('Bun', 'run', file('clients/standard.mjs')) },
  Deno: { command: () => needsPath('Deno', 'run', '--allow-all', '--no-config', file('clients/standard.mjs')) },
};

const LOOPS = {
  websocketpeer: { command: () => node(file('loops/websocketpeer.mjs')) },
  'websocketpeer, get_packet_into': { command: () => node(file('loops/websocketpeer.mjs'), 'into') },
  Godot: {
    command: () => needsPath('Godot', '--headless', '--script', file('loops/godot.gd')),
    get options() {
      return { env: { ...process.env, ...homeless() } };
    },
  },
  ws: { command: () => needsWs(node(file('loops/ws.mjs'))) },
};

/** Servers of a scene in bench/scenes/; `kind` is the name of the scene, with its arguments. */
const SCENES = {
  websocketpeer: { command: ([scene, ...args]) => node(file(`scenes/${scene}.mjs`), ...args) },
  Godot: {
    command: ([scene, ...args]) =>
      needsPath('Godot', '--headless', '--script', file(`scenes/${scene}.gd`), '--', ...args),
    get options() {
      return { env: { ...process.env, ...homeless() } };
    },
  },
};

/** Echo servers in workers; `kind` is their number, and the microseconds of work for a message. */
const CORES = {
  websocketpeer: { command: (kind) => node(file('servers/cores.mjs'), 'websocketpeer', ...kind) },
  ws: { command: (kind) => needsWs(node(file('servers/cores.mjs'), 'ws', ...kind)) },
};

const running = new Set();
let home = null;

/** Temporary folder for the engine's settings. */
function homeless() {
  home ??= mkdtempSync(join(tmpdir(), 'websocketpeer-bench-'));
  return { HOME: home, XDG_CONFIG_HOME: home, XDG_DATA_HOME: home, XDG_CACHE_HOME: home };
}

function programsOf(table, names, kind) {
  const programs = {};
  for (const name of names) {
    const { command, options, raw = false } = table[name];
    const found = command(kind);
    if (found === null) continue;
    const program = new Program(name, found, options);
    running.add(program);
    programs[name] = { program, raw };
  }
  return programs;
}

/** Those of `names` that can run here, as `{ name: { program, raw } }`. */
export const serversOf = (names, kind) => programsOf(SERVERS, names, kind);
export const clientsOf = (names) => programsOf(CLIENTS, names, '');
export const scenesOf = (names, ...kind) => programsOf(SCENES, names, kind);
export const coresOf = (names, ...kind) => programsOf(CORES, names, kind);
export const loopsOf = (names) => programsOf(LOOPS, names, '');

/** The load generator of a suite. */
export function startGenerator() {
  const generator = new Program('load generator', [process.execPath, file('load/generator.mjs')]);
  running.add(generator);
  return generator;
}

/** Ends every program that was started. */
export function stopPrograms() {
  for (const program of running) program.stop();
  running.clear();
  if (home !== null) rmSync(home, { recursive: true, force: true });
  home = null;
}
