// The project in docs/recipes/next.md: Next.js builds it, its server shows the page, and the page talks to the server in a
// real browser. And importing the package where there is no page does nothing.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../helpers/ports.js';
import { blocksOf, programsOf } from '../helpers/programs.js';
import { pathInPlatforms, platforms } from '../platforms/install.js';
import { isBuilt, useFreshProject } from '../runtimes/fresh-project.js';
import { withPage } from './lib/browser.js';

const PAGE = 'docs/recipes/next.md';
const COMPONENTS = ['app/layout.js', 'app/page.js', 'app/talk.js'];
const [server] = programsOf(PAGE) as [string];

/** Tell of a peer that is made on the server, in both of Next's runtimes. */
const routeIn = (runtime: string): string => `
  import { WebSocketPeer } from 'websocketpeer';
  export const runtime = '${runtime}';
  export const dynamic = 'force-dynamic';
  export const GET = () => Response.json([new WebSocketPeer().get_ready_state(), typeof EdgeRuntime]);`;

/** Turbopack wants all files below its root; the test's own line. */
const config = (root: string): string => `export default { turbopack: { root: ${JSON.stringify(root)} } };`;

describe.skipIf(!isBuilt)(PAGE, () => {
  const project = useFreshProject();
  let directory = '';
  let url = '';
  let stop = (): void => {};

  beforeAll(async () => {
    const port = String(await freePort());
    const made = mkdtempSync(`${platforms()}next-`); // beside the packages, which it finds as its own
    directory = `${made}.tmp`;
    renameSync(made, directory);
    const files = {
      'package.json': JSON.stringify({ name: 'talk', private: true, type: 'module' }),
      'next.config.mjs': config(platforms()),
      ...Object.fromEntries(COMPONENTS.map((name) => [name, blocksOf(PAGE, `jsx ${name}`).join()])),
      'app/node/route.js': routeIn('nodejs'),
      'app/edge/route.js': routeIn('edge'),
      'server.mjs': server.replaceAll('9080', port),
    };
    for (const folder of ['app/node', 'app/edge']) mkdirSync(`${directory}/${folder}`, { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(`${directory}/${name}`, text);
    project().npm('install', '--prefix', directory, project().tarball, '--offline', '--no-package-lock');
    const env = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' };
    execFileSync(process.execPath, [pathInPlatforms('next/dist/bin/next'), 'build'], {
      cwd: directory,
      env,
      stdio: 'pipe',
    });
    const child = spawn(process.execPath, ['server.mjs'], {
      cwd: directory,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    stop = () => void child.kill('SIGKILL');
    for await (const line of createInterface({ input: child.stdout })) if (line.startsWith('listening')) break;
    url = `http://127.0.0.1:${port}/`;
  }, 900_000);
  afterAll(() => {
    stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it('shows a page that talks to the server on the same port', async () => {
    await withPage(async ({ page: shown, errors }) => {
      await shown.goto(url);
      await shown.waitForFunction(`document.querySelector('pre').textContent === 'you said hello'`);
      expect(errors).toEqual([]);
    });
  });

  it.each([
    ['Node', 'node', [3, 'undefined']],
    ['the edge runtime', 'edge', [3, 'string']],
  ])('imports the package on the server, in %s', async (_, path, told) => {
    expect(await (await fetch(`${url}${path}`)).json()).toEqual(told);
  });
});
