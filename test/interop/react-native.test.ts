// The program in docs/recipes/react-native.md: Metro builds it with React Native's preset, hermesc compiles the bundle, and
// it talks to a server in a context that has only what React Native documents.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';
import { beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { blocksOf, programsOf } from '../helpers/programs.js';
import { pathInPlatforms, platforms } from '../platforms/install.js';
import { isBuilt, useFreshProject } from '../runtimes/fresh-project.js';
import { withSuiteServer } from '../runtimes/server.js';

const PAGE = 'docs/recipes/react-native.md';
const [program] = programsOf(PAGE) as [string];
const [decoder] = blocksOf(PAGE, 'js fragment') as [string];
/** As a new project of React Native has it. */
const BABEL = `module.exports = { presets: ['module:@react-native/babel-preset'] };`;

const HERMESC = { linux: 'linux64-bin/hermesc', darwin: 'osx-bin/hermesc', win32: 'win64-bin/hermesc.exe' };

interface Talking {
  say(text: string): void;
  sayBytes(bytes: Uint8Array): void;
  end(): void;
}
type Talk = (url: string, hear: (line: string) => void) => Talking;

/** What runs in React Native, by the names that its documentation has. */
function reactNative(more: object): object {
  const globals: Record<string, unknown> = {
    console,
    setTimeout,
    clearTimeout,
    setInterval,
    clearInterval,
    URL,
    ...more,
  };
  Object.assign(globals, { queueMicrotask, WebSocket, TextEncoder, performance: { now: () => performance.now() } });
  return createContext(Object.assign(globals, { global: globals }));
}

describe.skipIf(!isBuilt)(PAGE, () => {
  const project = useFreshProject((fresh) => {
    fresh.write('package.json', JSON.stringify({ name: 'app', private: true }));
    fresh.write('babel.config.js', BABEL);
    fresh.write('text-decoder.js', decoder);
    fresh.write('talk.js', program);
    fresh.write('main.js', `import { talk } from './talk'; globalThis.talk = talk;`);
    mkdirSync(fresh.path('node_modules/@react-native'));
    const preset = '@react-native/babel-preset';
    symlinkSync(`${platforms()}node_modules/${preset}`, fresh.path(`node_modules/${preset}`), 'junction');
    const metro = [`${platforms()}metro.mjs`];
    execFileSync(process.execPath, metro, { cwd: fresh.directory, stdio: 'pipe', timeout: 250_000 });
  });
  let code = '';
  beforeAll(() => {
    code = readFileSync(project().path('bundle.js'), 'utf8');
  });

  it.each([
    ['with its own TextDecoder', { TextDecoder }],
    ['with that of the page', {}],
  ])('talks to a server, %s', async (_, more) => {
    await withSuiteServer(async ({ url }) => {
      const context = reactNative(more);
      runInContext(code, context);
      const { talk } = context as { talk: Talk };
      const heard: string[] = [];
      const hear = (line: string): void => void heard.push(line);
      const talking = talk(`${url}echo`, hear);
      await expect.poll(() => heard, { timeout: 20_000 }).toEqual(['connected']);
      talking.say('Grüße 😀');
      await expect.poll(() => heard, { timeout: 20_000 }).toContain('Grüße 😀');
      talking.sayBytes(new Uint8Array(300));
      await expect.poll(() => heard, { timeout: 20_000 }).toContain('300 bytes');
      talking.end();
      await expect.poll(() => heard, { timeout: 20_000 }).toContain('closed with 1000');
      talk('no address', hear);
      expect(heard).toContain('a bad address');
    });
  });

  it('compiles for Hermes', () => {
    const hermesc = pathInPlatforms(`hermes-compiler/hermesc/${HERMESC[process.platform as keyof typeof HERMESC]}`);
    execFileSync(hermesc, ['-emit-binary', '-out', project().path('bundle.hbc'), project().path('bundle.js')], {
      stdio: 'pipe',
    });
    expect(readFileSync(project().path('bundle.hbc')).length).toBeGreaterThan(100_000);
  });
});
