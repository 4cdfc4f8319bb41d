// `npm run conformance`: the command's conformance suite against this package, other libraries, runtimes and Godot
// engines, as servers and as clients; each that is installed gets a file in test/conformance/results/. Names as
// arguments choose: `npm run conformance -- ws bun`.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { BuildError, fromRoot, isMain, runMain, writeWhole } from './lib/files.mjs';

const COMMAND = fromRoot('dist', 'esm', 'command', 'websocketpeer.js');
const RESULTS = fromRoot('test', 'conformance', 'results');
const program = (name) => fromRoot('test', 'conformance', 'programs', name);
const inRuntimes = createRequire(fromRoot('test', 'runtimes', 'package.json'));
const inProject = createRequire(fromRoot('package.json'));

const node = (name, ...args) => [process.execPath, program(name), ...args];
const versionOf = (name) => `${inProject(`${name}/package.json`).version} on Node ${process.versions.node}`;

/** What a program prints about its version; null when it is not there. */
function printed(command, ...args) {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
}

/** `4.6.3.stable`, without the name of a distribution. Engines end with another exit code than 0. */
function engineVersion(command) {
  const { stdout } = spawnSync(command, ['--version'], { encoding: 'utf8' });
  return /\d+(\.\d+)+\.[a-z]+\d*/.exec(stdout ?? '')?.[0];
}

/** Path of a binary in test/runtimes/; null when it is not installed. */
function binary(...names) {
  for (const name of names) {
    try {
      return inRuntimes.resolve(name);
    } catch {}
  }
  return null;
}

const { platform, arch } = process;
const cpu = arch === 'arm64' ? 'aarch64' : 'x64';
const BUN = binary(`@oven/bun-${platform}-${cpu}/bin/bun`, `@oven/bun-${platform}-${cpu}-musl/bin/bun`);
const DENO = binary(`@deno/${platform}-${arch}${platform === 'linux' ? '-glibc' : ''}/deno`);

const bunVersion = () => BUN && printed(BUN, '--version');
const denoVersion = () =>
  DENO && /deno ([\d.]+)/.exec(spawnSync(DENO, ['--version'], { encoding: 'utf8' }).stdout)?.[1];
const ownVersion = () => versionOf('websocketpeer');

/** Servers get a port, clients a base URL. */
export const SUBJECTS = [
  [
    'websocketpeer-tcp',
    'websocketpeer, TCPServer',
    'server',
    ownVersion,
    (port) => node('ours-server.mjs', port, 'tcp'),
  ],
  [
    'websocketpeer-upgrade',
    'websocketpeer, accept_upgrade',
    'server',
    ownVersion,
    (port) => node('ours-server.mjs', port, 'upgrade'),
  ],
  [
    'websocketpeer-godot3',
    'websocketpeer/godot3, WebSocketServer',
    'server',
    ownVersion,
    (port) => node('ours-server.mjs', port, 'godot3'),
  ],
  [
    'websocketpeer-multiplayer',
    'websocketpeer, WebSocketMultiplayerPeer',
    'server',
    ownVersion,
    (port) => node('ours-server.mjs', port, 'multiplayer'),
  ],
  ['ws-server', 'ws', 'server', () => versionOf('ws'), (port) => node('ws-server.mjs', port)],
  ['bun-server', 'Bun', 'server', bunVersion, (port) => [BUN, program('bun-server.mjs'), port]],
  [
    'deno-server',
    'Deno',
    'server',
    denoVersion,
    (port) => [DENO, 'run', '-A', '--quiet', program('deno-server.mjs'), port],
  ],
  [
    'godot4-server',
    'Godot 4',
    'server',
    () => engineVersion('godot4'),
    (port) => ['godot4', '--headless', '--script', program('server4.gd'), '--', port],
  ],
  [
    'godot3-server',
    'Godot 3',
    'server',
    () => engineVersion('godot3'),
    (port) => ['godot3', '--script', program('server3.gd'), `--port=${port}`],
  ],
  ['websocketpeer-client', 'websocketpeer', 'client', ownVersion, (base) => node('ours-client.mjs', base, 'godot4')],
  [
    'websocketpeer-godot3-client',
    'websocketpeer/godot3',
    'client',
    ownVersion,
    (base) => node('ours-client.mjs', base, 'godot3'),
  ],
  ['ws-client', 'ws', 'client', () => versionOf('ws'), (base) => node('client.mjs', base, 'ws')],
  ['undici-client', 'undici', 'client', () => versionOf('undici'), (base) => node('client.mjs', base, 'undici')],
  ['bun-client', 'Bun', 'client', bunVersion, (base) => [BUN, program('client.mjs'), base]],
  ['deno-client', 'Deno', 'client', denoVersion, (base) => [DENO, 'run', '-A', '--quiet', program('client.mjs'), base]],
  [
    'godot4-client',
    'Godot 4',
    'client',
    () => engineVersion('godot4'),
    (base) => ['godot4', '--headless', '--script', program('client4.gd'), '--', base],
  ],
  [
    'godot3-client',
    'Godot 3',
    'client',
    () => engineVersion('godot3'),
    (base) => ['godot3', '--script', program('client3.gd'), `--base=${base}`],
  ],
].map(([file, subject, role, version, command]) => ({ file, subject, role, version, command }));

/** Longer than any of them takes. */
const LIFETIME_MS = 600_000;

/** Starts a program in a home of its own; `line` gets each line that it prints. */
function start([file, ...args], home, line = () => {}) {
  const places = { HOME: home, XDG_CONFIG_HOME: home, XDG_DATA_HOME: home, XDG_CACHE_HOME: home };
  const child = spawn(file, args.map(String), {
    cwd: home,
    env: { ...process.env, ...places },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LIFETIME_MS,
    killSignal: 'SIGKILL',
  });
  let complaints = '';
  child.stderr.on('data', (chunk) => {
    complaints = (complaints + chunk).slice(-2000);
  });
  createInterface({ input: child.stdout }).on('line', line);
  const ended = new Promise((resolve) => child.once('error', resolve).once('close', resolve));
  return { child, ended, complaints: () => complaints };
}

/** Resolves once a line of the program matches. */
async function startUntil(command, home, pattern) {
  let found = () => {};
  const matched = new Promise((resolve) => {
    found = resolve;
  });
  const started = start(command, home, (line) => {
    const match = pattern.exec(line);
    if (match !== null) found(match);
  });
  const match = await Promise.race([matched, started.ended.then(() => null)]);
  if (match === null) throw new BuildError(`${command.join(' ')} ended\n${started.complaints()}`);
  return { ...started, match };
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Godot 3 leaves many connections open, each of which costs all of the patience. */
const PATIENCE_S = 2;

const suite = (...args) => [process.execPath, COMMAND, 'conformance', ...args];

async function runServer({ command }, home, file) {
  const port = await freePort();
  const server = await startUntil(command(port), home, /^listening/);
  try {
    await start(suite(`ws://127.0.0.1:${port}/`, '--patience', PATIENCE_S, '--json', file), home).ended;
  } finally {
    server.child.kill('SIGKILL');
    await server.ended;
  }
}

async function runClient({ command }, home, file) {
  const listener = await startUntil(
    suite('--listen', '0', '--patience', PATIENCE_S, '--json', file),
    home,
    /ws:\/\/[^ ,]+/,
  );
  try {
    await start(command(listener.match[0]), home).ended;
  } finally {
    listener.child.kill('SIGTERM');
    await listener.ended;
  }
}

/** Kept: every case that is not simply OK or not offered, as `verdict` or `verdict: note`. */
function kept({ subject, role }, version, { date, counts, results }) {
  const cases = results
    .filter(({ verdict, note }) => note !== '' || (verdict !== 'OK' && verdict !== 'not offered'))
    .map(({ id, verdict, note }) => [id, note === '' ? verdict : `${verdict}: ${note}`]);
  return { subject, role, version, date, counts, cases: Object.fromEntries(cases) };
}

async function record(one, version) {
  const home = mkdtempSync(join(tmpdir(), 'websocketpeer-'));
  try {
    const file = join(home, 'report.json');
    await (one.role === 'server' ? runServer : runClient)(one, home, file);
    if (!existsSync(file)) throw new BuildError(`${one.file}: there is no report`);
    const result = kept(one, version, JSON.parse(readFileSync(file, 'utf8')));
    writeWhole(join(RESULTS, `${one.file}.json`), `${JSON.stringify(result, null, 2)}\n`);
    console.log(`${one.file} ${version}: ${JSON.stringify(result.counts)}`);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

async function conformance() {
  const wanted = process.argv.slice(2);
  for (const one of SUBJECTS) {
    if (wanted.length > 0 && !wanted.some((name) => one.file.startsWith(name))) continue;
    const version = one.version();
    if (version) await record(one, version);
    else console.log(`${one.file}: not installed, left as it is`);
  }
}

if (isMain(import.meta.url)) await runMain('conformance', conformance);
