// The Worker in docs/recipes/cloudflare-workers.md, run by workerd as it stands: it asks a server upstream, and answers
// variables. And what the page says does not load there.
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocketPeer } from '../../host/index.js';
import { until } from '../helpers/game.js';
import { blocksOf, programsOf } from '../helpers/programs.js';
import { pathInPlatforms, platforms } from '../platforms/install.js';
import { isBuilt, useFreshProject } from '../runtimes/fresh-project.js';
import { fromRuntimes } from '../runtimes/install.js';
import { withSuiteServer } from '../runtimes/server.js';
import { Scope, useScope } from './lib/watch.js';

const PAGE = 'docs/recipes/cloudflare-workers.md';
const [program] = programsOf(PAGE) as [string];
const [config] = blocksOf(PAGE, 'capnp') as [string];
/** As the line in the page that calls esbuild says. */
const BUNDLING = { bundle: true, format: 'esm', conditions: ['workerd', 'worker', 'browser'], logLevel: 'silent' };

/** Tells how importing each entry ended. */
const IMPORTS = `
  const load = async (load) => { try { await load(); return 'loads'; } catch (error) { return error.name; } };
  export default {
    async fetch() {
      return Response.json({
        websocketpeer: await load(() => import('websocketpeer')),
        godot3: await load(() => import('websocketpeer/godot3')),
        variant: await load(() => import('websocketpeer/variant')),
        codec: await load(() => import('websocketpeer/codec')),
        streams: await load(() => import('websocketpeer/streams')),
      });
    },
  };`;

/** The binary itself: `workerd/bin/workerd` is a script that starts it. */
const system = process.platform === 'win32' ? 'windows' : process.platform;
const WORKERD = `@cloudflare/workerd-${system}-${process.arch === 'arm64' ? 'arm64' : '64'}/bin/workerd`;

interface Bundler {
  build(options: object): Promise<unknown>;
}

describe.skipIf(!isBuilt)(PAGE, () => {
  const project = useFreshProject();
  const life = new Scope();
  const scope = useScope();
  afterAll(() => life.end());
  beforeAll(() => void platforms(), 900_000);

  /** Bundles `text` and runs it in workerd until `upTo` ends; its address, without a scheme. */
  async function worker(name: string, text: string, upTo: Scope): Promise<string> {
    const { build } = await fromRuntimes<Bundler>('esbuild');
    const source = project().write(`${name}.js`, text);
    await build({ ...BUNDLING, entryPoints: [source], outfile: project().path(`${name}.bundle.js`) });
    const words = config.replace('127.0.0.1:8080', '127.0.0.1:0').replace('bundle.js', `${name}.bundle.js`);
    writeFileSync(project().path(`${name}.capnp`), words);
    const child = spawn(pathInPlatforms(WORKERD), ['serve', `${name}.capnp`, '--control-fd=3'], {
      cwd: project().directory,
      stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
    });
    upTo.defer(() => child.kill('SIGKILL'));
    for await (const line of createInterface({ input: child.stdio[3] as Readable })) {
      const { event, port } = JSON.parse(line);
      if (event === 'listen') return `127.0.0.1:${port}`;
    }
    throw new Error('workerd ended');
  }

  it('asks a server upstream, and tells its answer', async () => {
    await withSuiteServer(async ({ url }) => {
      const address = await worker('ask', program.replace('ws://127.0.0.1:9080', `${url}echo`), scope);
      expect(await (await fetch(`http://${address}/ask`)).text()).toBe('hello');
      expect((await fetch(`http://${address}/game`)).status).toBe(426);
    });
  });

  it('tells how the server upstream closed, and that there is none', async () => {
    await withSuiteServer(async ({ url, deaf }) => {
      const left = await worker('left', program.replace('ws://127.0.0.1:9080', `${url}cut`), scope);
      expect(await (await fetch(`http://${left}/ask`)).text()).toBe('closed with 1006');
      const none = await worker('none', program.replace('ws://127.0.0.1:9080', deaf), scope);
      expect(await (await fetch(`http://${none}/ask`)).text()).toBe('closed with 1006');
    });
  });

  it('answers the variables of a WebSocketPeer', async () => {
    const peer = new WebSocketPeer();
    scope.defer(() => peer.free());
    peer.connect_to_url(`ws://${await worker('game', program, scope)}/game`);
    const polled = (done: () => boolean, what: string): Promise<void> =>
      until(() => {
        peer.poll();
        return done();
      }, what);
    await polled(() => peer.get_ready_state() === WebSocketPeer.STATE_OPEN, 'the Worker');
    peer.put_var({ name: 'Gödel', coins: [1, 2.5] });
    await polled(() => peer.get_available_packet_count() > 0, 'the answer');
    const [words, said] = peer.get_var() as [string, Map<string, unknown>];
    expect([words, ...said]).toEqual(['you said', ['name', 'Gödel'], ['coins', [1, 2.5]]]);
    peer.send_text('words');
    await polled(() => peer.get_ready_state() === WebSocketPeer.STATE_CLOSED, 'the end');
    expect([peer.get_close_code(), peer.get_close_reason()]).toEqual([1003, 'variables only']);
  });

  it('loads what the page says', async () => {
    const address = await worker('imports', IMPORTS, life);
    expect(await (await fetch(`http://${address}/`)).json()).toEqual({
      websocketpeer: 'loads',
      godot3: 'loads',
      variant: 'loads',
      codec: 'CompileError',
      streams: 'CompileError',
    });
  });
});
