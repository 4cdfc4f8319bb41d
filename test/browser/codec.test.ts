// websocketpeer/codec and websocketpeer/variant in a page and in a worker: as plain modules under a strict Content
// Security Policy, and built by each bundler from the package as npm installs it.
import { cpSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isBuilt, ROOT, useFreshProject } from '../runtimes/fresh-project.js';
import type { Outcome } from '../runtimes/outcomes.js';
import { type Extras, withPage } from './lib/browser.js';
import { BUNDLERS } from './lib/bundlers.js';

const CONTEXT = { godot4: JSON.parse(readFileSync(`${ROOT}test/golden/variant-godot4.json`, 'utf8')) };
const NAMES = ['harness', 'codec', 'variant'];

const MAIN = `
  import { backend, isValidUtf8 } from 'websocketpeer/codec';
  import { codec } from './suite/codec.mjs';
  import { run } from './suite/harness.mjs';
  import { variant } from './suite/variant.mjs';
  globalThis.atOnce = [backend, isValidUtf8(Uint8Array.of(0xc3, 0xa4))];
  globalThis.inPage = (context) => run([codec, variant], context);
  globalThis.inWorker = (context) => new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage(context);
  });`;
const WORKER = `
  import { codec } from './suite/codec.mjs';
  import { run } from './suite/harness.mjs';
  import { variant } from './suite/variant.mjs';
  onmessage = async ({ data }) => postMessage(await run([codec, variant], data));`;

/** What a page without a bundler writes: the address of a module instead of its name. */
function withAddresses(script: string): string {
  const { exports } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'));
  return script.replace(/'websocketpeer\/(\w+)'/g, (_, name: string) => {
    const entry = exports[`./${name}`];
    const target: string = entry.browser ?? entry.default;
    return `'/${target.replace('./', '')}'`;
  });
}

function plainFiles(): Record<string, string> {
  const suite = NAMES.map((name) => [
    `/suite/${name}.mjs`,
    withAddresses(readFileSync(`${ROOT}test/runtimes/suite/${name}.mjs`, 'utf8')),
  ]);
  return {
    '/index.html': '<!doctype html><title>page</title><script type="module" src="/main.js"></script>',
    '/main.js': withAddresses(MAIN),
    '/worker.js': WORKER,
    ...Object.fromEntries(suite),
  };
}

/** Runs the suite in the page and in its worker. */
async function exercise(extras: Extras): Promise<void> {
  await withPage(async ({ page, url, errors }) => {
    await page.goto(`${url}index.html`);
    expect(errors).toEqual([]);
    expect(await page.evaluate('atOnce')).toEqual(['simd', true]);
    for (const place of ['inPage', 'inWorker']) {
      const outcomes = await page.evaluate<Outcome[]>(`${place}(${JSON.stringify(CONTEXT)})`);
      expect(outcomes.filter(({ error }) => error !== null)).toEqual([]);
      expect(outcomes.length).toBeGreaterThan(10);
    }
  }, extras);
}

const policy = (script: string): Record<string, string> => ({
  'content-security-policy': `default-src 'self'; script-src 'self' ${script}`,
});

describe.skipIf(!isBuilt)('the codec in a page', () => {
  it("starts at once from <script type=module>, under a policy with 'wasm-unsafe-eval'", async () => {
    await exercise({ files: plainFiles(), headers: policy("'wasm-unsafe-eval'") });
  });

  it('says what a policy forbids that has no word for WebAssembly', async () => {
    await withPage(
      async ({ page, url, errors }) => {
        await page.goto(`${url}index.html`);
        expect(await page.evaluate('typeof atOnce')).toBe('undefined');
        expect(errors.join('\n')).toMatch(/wasm-unsafe-eval|WebAssembly/);
      },
      { files: plainFiles(), headers: policy('') },
    );
  });

  it('reaches no module of Node', () => {
    const seen = new Set<string>();
    const visit = (path: string): void => {
      if (seen.has(path)) return;
      seen.add(path);
      const text = readFileSync(`${ROOT}dist/esm/${path}`, 'utf8');
      expect(text, path).not.toMatch(/from\s*["']node:|import\s*["']node:/);
      for (const [, next] of text.matchAll(/(?:from|import)\s*["'](\.{1,2}\/[\w./-]+)["']/g))
        visit(posix.join(posix.dirname(path), next));
    };
    for (const entry of ['codec.js', 'variant.js', 'browser/variant.js', 'browser/index.js']) visit(entry);
    expect(seen.size).toBeGreaterThan(2);
  });
});

describe.skipIf(!isBuilt)('the codec built', () => {
  const project = useFreshProject((fresh) => {
    cpSync(`${ROOT}test/runtimes/suite`, fresh.path('suite'), { recursive: true });
    fresh.write('main.js', MAIN);
    fresh.write('worker.js', WORKER);
  });

  it.each(BUNDLERS)('by $name runs in a page and in a worker', async ({ build }) => {
    const files = await build(project(), ['main.js', 'worker.js']);
    await exercise({ files, headers: policy("'wasm-unsafe-eval'") });
  });
});
