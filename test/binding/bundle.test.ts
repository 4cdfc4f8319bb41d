// What a bundler takes along for somebody who only connects: the class, not the list of all classes.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeSeams, packageImports } from '../../scripts/lib/seams.mjs';

const inHost = (path: string): string => fileURLToPath(new URL(`../../host/${path}`, import.meta.url));
let home = '';

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'websocketpeer-bundle-'));
});

afterAll(() => rmSync(home, { recursive: true, force: true }));

/** Bundles a module with this text and returns what came out. */
async function bundle(name: string, text: string): Promise<string> {
  const input = join(home, `${name}.entry.js`);
  writeFileSync(input, text);
  const built = await rolldown({
    input,
    platform: 'browser',
    external: [/^node:/],
    resolve: {
      alias: nodeSeams((source) => inHost(`${source}.ts`)),
      extensionAlias: { '.js': ['.ts', '.js'] },
    },
  });
  const { output } = await built.generate({ format: 'esm', minify: { mangle: false, compress: false } });
  await built.close();
  return output.map((chunk) => ('code' in chunk ? chunk.code : '')).join('\n');
}

const REGISTRY = ['ClassDatabase', 'allClasses'];
const OTHER_CLASSES = ['TCPServerInfo', 'MultiplayerPeerInfo', 'SceneMultiplayerInfo'];
const namesIn = (text: string, names: string[]): string[] => names.filter((name) => text.includes(name));

describe('the words of the reference', () => {
  const exporting = (path: string): string => `export * from ${JSON.stringify(inHost(path))};`;
  const hasWords = async (name: string, text: string): Promise<boolean> =>
    (await bundle(name, text)).includes('[param message]');

  it('are in the extension entry', async () => {
    expect(await hasWords('words', exporting('extension/index.ts'))).toBe(true);
  });

  it.each(['index', 'godot3/index', 'variant/index', 'streams/index', 'worker/index'])(
    'are not in %s',
    async (entry) => {
      expect(await hasWords('wordless', exporting(`${entry}.ts`))).toBe(false);
    },
  );

  it('are not in what only registers the classes with a host', async () => {
    const text = `import { initialize } from ${JSON.stringify(inHost('extension/index.ts'))}; initialize();`;
    expect(await hasWords('registering', text)).toBe(false);
  });
});

describe('a bundle of WebSocketPeer alone', () => {
  it('made from modules has neither ClassDB nor the classes that are not needed', async () => {
    const text = await bundle('modules', `export { WebSocketPeer } from ${JSON.stringify(inHost('index.ts'))};`);
    expect(namesIn(text, ['WebSocketPeerInfo', ...REGISTRY, ...OTHER_CLASSES])).toEqual(['WebSocketPeerInfo']);
  });

  it('made from the one file that is published has no ClassDB', async () => {
    const whole = await bundle('whole', `export * from ${JSON.stringify(inHost('index.ts'))};`);
    expect(namesIn(whole, REGISTRY)).toEqual(REGISTRY);
    writeFileSync(join(home, 'whole.js'), whole);
    const text = await bundle('part', `export { WebSocketPeer } from './whole.js';`);
    expect(namesIn(text, ['WebSocketPeerInfo', ...REGISTRY])).toEqual(['WebSocketPeerInfo']);
  });
});

describe('what pages load', () => {
  const page = fileURLToPath(new URL('../../dist/esm/browser/', import.meta.url));
  /** Kilobytes of 1,000 bytes. */
  const LIMIT = 12_000;

  it('is at most 12 KB for WebSocketPeer alone, minified and compressed', async () => {
    const input = join(home, 'page.js');
    writeFileSync(input, `export { WebSocketPeer } from ${JSON.stringify(join(page, 'index.js'))};`);
    const built = await rolldown({ input, platform: 'browser' });
    const { output } = await built.generate({ format: 'esm', minify: true });
    await built.close();
    expect(gzipSync(output[0].code, { level: 9 }).length).toBeLessThanOrEqual(LIMIT);
  });

  it('is as small as docs/pages.md says', () => {
    const text = readFileSync(fileURLToPath(new URL('../../docs/pages.md', import.meta.url)), 'utf8');
    expect(text).toContain(`under ${LIMIT / 1000} KB (minified, gzip)`);
  });

  it('has neither WebAssembly nor a module of Node in it, whatever is taken', () => {
    const texts = readdirSync(page, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.js'))
      .map((path) => readFileSync(join(page, path), 'utf8'));
    expect(texts.length).toBeGreaterThan(50);
    expect(texts.filter((text) => /WebAssembly|(from|import) ?["'](node:|#)/.test(text))).toEqual([]);
  });
});

it('the names that each runtime resolves to its own are typed once: package.json has what the list says', () => {
  const { imports } = JSON.parse(readFileSync(fileURLToPath(new URL('../../package.json', import.meta.url)), 'utf8'));
  expect(imports).toEqual(packageImports());
});
