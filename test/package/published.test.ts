// The package as a stranger gets it: packed, unpacked elsewhere, imported and type-checked there.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linksIn } from '../helpers/links.js';

interface Packed {
  filename: string;
  files: { path: string }[];
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

let home = '';
let files: string[] = [];

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'websocketpeer-'));
  const options = ['pack', '--json', '--ignore-scripts', '--loglevel=error', '--pack-destination', home];
  const [packed]: Packed[] = JSON.parse(execFileSync('npm', options, { cwd: root, encoding: 'utf8' }));
  files = packed.files.map(({ path }) => path);
  const target = join(home, 'node_modules', 'websocketpeer');
  mkdirSync(target, { recursive: true });
  execFileSync('tar', ['-xzf', join(home, packed.filename), '-C', target, '--strip-components=1']);
});

afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

function targetsOf(entry: unknown): string[] {
  if (typeof entry === 'string') return [entry];
  return Object.values(entry as Record<string, unknown>).flatMap(targetsOf);
}

/** What Node prints when it runs `command` as the stranger, errors included. */
function run(...command: string[]): string {
  const { stdout, stderr } = spawnSync(process.execPath, command, { cwd: home, encoding: 'utf8' });
  return `${stdout}${stderr}`;
}

describe('the published package', () => {
  it('holds what is needed and nothing else', () => {
    const fronts = ['README', 'ARCHITECTURE', 'CHANGELOG', 'CONTRIBUTING', 'SECURITY'].map((name) => `${name}.md`);
    const results = ['bench/README.md', 'bench/results/chart.svg', 'bench/results/index.html'];
    const known = ['package.json', 'LICENSE', 'NOTICE', ...fronts, ...results];
    const kinds = /^((dist|pkg)\/.+\.(js|d\.ts|wasm|json)|docs\/.+\.(md|svg|jpg))$/;
    const strange = files.filter((path) => !known.includes(path) && !kinds.test(path));
    expect(strange).toEqual([]);
    expect(files).toEqual(expect.arrayContaining(known));
  });

  it('has what its pages link to, sources apart', () => {
    // What is nowhere, test/docs/pages.test.ts finds.
    const isDue = (path: string): boolean =>
      existsSync(join(root, path)) && !/^(assembly|examples|host|scripts|test)(\/|$)/.test(path);
    const pages = files.filter((path) => path.endsWith('.md'));
    expect(pages.length).toBeGreaterThan(15);
    const dead = pages.flatMap((page) => {
      const text = readFileSync(join(home, 'node_modules/websocketpeer', page), 'utf8');
      const targets = linksIn(text).map((target) =>
        join(dirname(page), target.replace(/#.*$/, '')).replaceAll('\\', '/'),
      );
      // A folder of the documentation is there when one of its pages is.
      const isThere = (path: string): boolean => files.some((file) => file === path || file.startsWith(`${path}/`));
      return targets.filter((path) => isDue(path) && !isThere(path)).map((path) => `${page}: ${path}`);
    });
    expect(dead).toEqual([]);
  });

  it.each(['@noble/curves', '@noble/hashes'])('has the licence of %s, which is bundled', (name) => {
    const notice = readFileSync(join(home, 'node_modules/websocketpeer/NOTICE'), 'utf8');
    const license = readFileSync(join(root, 'node_modules', name, 'LICENSE'), 'utf8');
    expect(notice).toContain(name);
    expect(notice).toContain(license.trim());
  });

  it('ships declarations for what is required, and the modules of dist/esm/ under those of dist/host/', () => {
    const modules = files.filter((path) => path.startsWith('dist/cjs/') && path.endsWith('.js'));
    expect(modules.length).toBeGreaterThan(0);
    expect(modules.filter((path) => !files.includes(path.replace(/\.js$/, '.d.ts')))).toEqual([]);
  });

  it.each(targetsOf(manifest.exports))('has %s, which package.json names', (target) => {
    expect(files).toContain(target.replace('./', ''));
  });

  it.each(Object.entries({ ...manifest.exports, ...manifest.imports }))(
    'shows what pages see of %s to other runtimes with a browser’s WebSocket, too',
    (_, target) => {
      const { browser, ...others } = target as Record<string, unknown>;
      const seen = ['react-native', 'workerd', 'edge-light'].map((condition) => others[condition]);
      expect(seen).toEqual([browser, browser, browser]);
    },
  );

  it('needs nothing at run time and runs nothing at install time', () => {
    expect(manifest).not.toHaveProperty('dependencies');
    // `prepare` builds a checkout; of an installed package npm runs only these.
    expect(Object.keys(manifest.scripts).filter((name) => /^(pre|post)?install$/.test(name))).toEqual([]);
  });

  it('is imported by name, in plain Node', () => {
    const script = `
      import { WebSocketPeer } from 'websocketpeer';
      import { backend } from 'websocketpeer/codec';
      import { createRequire } from 'node:module';
      const wasm = import.meta.resolve('websocketpeer/codec.wasm');
      const { version } = createRequire(import.meta.url)('websocketpeer/package.json');
      console.log(new WebSocketPeer().get_ready_state(), backend, wasm.endsWith('.wasm'), version);`;
    writeFileSync(join(home, 'run.mjs'), script);
    expect(run('run.mjs')).toBe(`3 simd true ${manifest.version}\n`);
  });

  it('says what to install when a broker needs packages that are not there', () => {
    const script = `
      import { NatsBroker } from 'websocketpeer/cluster';
      await NatsBroker.connect({ servers: '127.0.0.1:1' }).catch((error) => console.log(error.message));`;
    writeFileSync(join(home, 'nats.mjs'), script);
    expect(run('nats.mjs')).toMatch(/needs the packages .* npm install @nats-io\/transport-node @nats-io\/kv\n$/);
  });

  it('loads neither NATS nor node:cluster with the entry for clusters', () => {
    const script = `
      import * as entry from 'websocketpeer/cluster';
      const nats = typeof entry.NatsBroker === 'function';
      new entry.MemoryBroker();
      console.log(nats, process.moduleLoadList.filter((name) => /cluster|nats/i.test(name)));`;
    writeFileSync(join(home, 'entry.mjs'), script);
    expect(run('entry.mjs')).toBe('true []\n');
  });

  const CONSUMER = `
    import { OK, TCPServer, WebSocketPeer } from 'websocketpeer';
    import { MessageDecoder, mask, type DecoderEvent } from 'websocketpeer/codec';
    import init, { initSync, encodeFrame } from './node_modules/websocketpeer/pkg/web/websocketpeer.js';
    import { ClusterBroker, MemoryBroker, NatsBroker, type Broker, type NatsConnection } from 'websocketpeer/cluster';
    import type * as raw from './node_modules/websocketpeer/pkg/web/websocketpeer_bg.wasm.js';
    const peer: WebSocketPeer = new WebSocketPeer();
    const result: number = peer.connect_to_url('ws://127.0.0.1:9080');
    const packet: Uint8Array = peer.get_packet();
    const events: DecoderEvent[] = new MessageDecoder({ role: 'server' }).push(packet);
    mask(packet, packet.subarray(0, 4));
    const memory: (typeof raw)['memory'] = initSync(packet).memory;
    const frame: Uint8Array = encodeFrame({ opcode: 'text', payload: packet });
    export const brokers: Broker[] = [new MemoryBroker(), new ClusterBroker()];
    export const joined: Promise<Broker> = NatsBroker.connect({ servers: 'localhost', prefix: 'game', maxPingOut: 3 });
    export const own = (connection: NatsConnection): Broker => new NatsBroker(connection, { replicas: 3 });
    export const all = [OK === result, new TCPServer().listen(0), events, frame, init, memory];`;

  const compilers = [
    { name: 'nodenext', module: 'nodenext', moduleResolution: 'nodenext' },
    { name: 'a bundler', module: 'esnext', moduleResolution: 'bundler' },
  ];

  it.each(compilers)(
    'has declarations that hold on their own ($name, without Node’s types)',
    ({ name, ...modules }) => {
      expect(existsSync(join(home, 'node_modules', '@types'))).toBe(false);
      const lib = ['es2022', 'dom', 'esnext.disposable'];
      const compilerOptions = {
        ...modules,
        lib,
        target: 'es2022',
        types: [],
        strict: true,
        noEmit: true,
        skipLibCheck: false,
      };
      writeFileSync(join(home, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['consumer.mts'] }));
      writeFileSync(join(home, 'consumer.mts'), CONSUMER);
      expect(run(join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', '.')).toBe('');
    },
  );
});
