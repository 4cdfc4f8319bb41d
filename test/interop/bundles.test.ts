// Every entry of the package in a stranger's bundles: for pages and other runtimes with a browser's WebSocket none of
// Node's modules comes along, and for Node bundles run as modules and as CommonJS.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type FreshProject, isBuilt, NODE, ROOT, type Runtime, useFreshProject } from '../runtimes/fresh-project.js';
import { type Aim, BUNDLERS, bundled, esbuildFor } from './lib/bundlers.js';

const { exports } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { exports: Record<string, unknown> };
const ENTRIES = Object.keys(exports)
  .filter((entry) => !/\.(json|wasm)$/.test(entry))
  .map((entry) => entry.replace('.', 'websocketpeer'));

const fileOf = (entry: string): string => `${entry.replaceAll('/', '-')}.js`;
const PROGRAMS = ENTRIES.map(fileOf);
/** Clusters are processes: no page has this entry. */
const PAGE_PROGRAMS = PROGRAMS.filter((program) => program !== fileOf('websocketpeer/cluster'));

/** Notes the names that it sees. */
const viewOf = (entry: string): string => `
  import * as all from '${entry}';
  (globalThis.seen ??= {})['${entry}'] = Object.keys(all).sort();`;

/** A round between a server and a client, with something of each of Node's modules. */
const GAME = `
  import { Crypto, CryptoKey, StreamPeerTLS, TCPServer, WebSocketPeer, set_error_handler } from 'websocketpeer';
  set_error_handler(null);
  const until = async (turn) => {
    for (let turns = 0; turns < 2000 && !turn(); turns += 1) await new Promise((go) => setTimeout(go, 2));
  };
  const play = async () => {
    const server = new TCPServer();
    const [client, host] = [new WebSocketPeer(), new WebSocketPeer()];
    const results = [server.listen(0, '127.0.0.1')];
    results.push(client.connect_to_url('ws://127.0.0.1:' + server.get_local_port()));
    await until(() => server.is_connection_available());
    results.push(host.accept_stream(server.take_connection()));
    const ready = () => (client.poll(), host.poll(), client.get_ready_state() === WebSocketPeer.STATE_OPEN);
    await until(() => ready() && client.put_var([1, 'x']) === 0);
    await until(() => ready() && host.get_available_packet_count() > 0);
    results.push(host.get_var(), new Crypto().generate_random_bytes(4).length, new CryptoKey().load('nowhere'));
    results.push(new StreamPeerTLS().get_status());
    client.close(-1);
    host.close(-1);
    server.stop();
    return results;
  };
  globalThis.game = play();`;

const RUN = `
  import { pathToFileURL } from 'node:url';
  for (const file of process.argv.slice(2)) await import(pathToFileURL(file).href);
  console.log(JSON.stringify({ seen: globalThis.seen, game: await globalThis.game }));`;

/** Adapters find their engines, as much of them as they need to load. */
function writeEngine(project: FreshProject, name: string, text: string): void {
  const directory = project.path(`node_modules/${name}`);
  mkdirSync(directory);
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ name, main: 'index.js' }));
  writeFileSync(join(directory, 'index.js'), text);
}

function prepare(project: FreshProject): void {
  for (const entry of ENTRIES) project.write(fileOf(entry), viewOf(entry));
  project.write('game.js', GAME);
  project.write('run.mjs', RUN);
  writeEngine(project, 'excalibur', 'exports.System = class {}; exports.SystemPriority = exports.SystemType = {};');
  writeEngine(project, 'playcanvas', 'exports.Script = class {};');
}

const NODE_AS_PAGE: Runtime = { name: 'Node', command: () => [process.execPath, '--conditions=browser'] };

describe.skipIf(!isBuilt)('a bundle', () => {
  const project = useFreshProject(prepare);

  /** What the programs in `directory` see. */
  async function outcomeIn(directory: string, programs: readonly string[], runtime = NODE): Promise<unknown> {
    const files = programs.map((program) => join(directory, program));
    const { out, errors } = await project().run(runtime, project().path('run.mjs'), files);
    expect(errors).toBe('');
    return JSON.parse(out);
  }

  const textOf = (directory: string): string =>
    readdirSync(directory, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.js'))
      .map((path) => readFileSync(join(directory, path), 'utf8'))
      .join('\n');

  async function expectPageBundle(directory: string): Promise<void> {
    const text = textOf(directory);
    expect(text.match(/["'`]node:\w+|createRequire|_createServerHandle|__vite-browser-external/g)).toBe(null);
    const unbundled = await outcomeIn(project().directory, PAGE_PROGRAMS, NODE_AS_PAGE);
    expect(await outcomeIn(directory, PAGE_PROGRAMS)).toEqual(unbundled);
  }

  it.each(BUNDLERS)('of each entry for pages, by $name, is free of Node’s modules and loads', async (bundler) => {
    await expectPageBundle(
      await bundled(bundler, { project: project(), programs: PAGE_PROGRAMS, platform: 'page', format: 'esm' }),
    );
  });

  it.each([
    ['React Native', ['react-native', 'import']],
    ['Next.js’ edge runtime', ['edge-light', 'import']],
    ['workerd', ['workerd', 'import']],
  ])('of each entry with the conditions of %s is that for pages', async (_, conditions) => {
    const order = { project: project(), programs: PAGE_PROGRAMS, platform: 'page', format: 'esm' } as const;
    await expectPageBundle(await bundled(esbuildFor(conditions), order));
  });

  const AIMS: readonly Aim[] = [
    { platform: 'node', format: 'esm' },
    { platform: 'node', format: 'cjs' },
  ];
  const CASES = BUNDLERS.flatMap((bundler) => AIMS.map((aim) => ({ ...aim, bundler, name: bundler.name })));

  it.each(CASES)('of each entry for Node, by $name as $format, runs', async ({ bundler, platform, format }) => {
    const programs = [...PROGRAMS, 'game.js'];
    const directory = await bundled(bundler, { project: project(), programs, platform, format });
    const outcome = await outcomeIn(directory, programs);
    expect(outcome).toEqual(await outcomeIn(project().directory, programs));
    expect(outcome).toHaveProperty('game', [0, 0, 0, [1, 'x'], 4, 31, 0]);
  });
});
