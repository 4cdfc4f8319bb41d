// Configuration of the tests: they run on the sources instead of dist; tests that start engines or browsers run one
// after the other, after all others.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { nodeSeams, pageSeams } from './scripts/lib/seams.mjs';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Aliases of the imports with one implementation per runtime. */
function aliases(seams: typeof nodeSeams): { find: string; replacement: string }[] {
  const located = seams((source) => here(`./host/${source}.ts`));
  return Object.entries(located).map(([find, replacement]) => ({ find, replacement }));
}

/** Tests that open sockets of the operating system. */
const ON_SOCKETS = [
  'test/transport/**/*.test.ts',
  'test/godot4/{io,multiplayer}/*.test.ts',
  'test/godot4/websocket/{door,exit,failures,golden}.test.ts',
  'test/attacks/{kept-descriptors,odd-input,slow-reader}.test.ts',
  'test/godot3/*.test.ts',
  'test/worker/*.test.ts',
  'test/api/*.test.ts',
];

const PAGE_SUITES = [
  'api',
  'page',
  'suite',
  'streams',
  'web-socket-peer',
  'web-socket-peer-ends',
  'door',
  'compression',
];
const GAMES = ['adapters', 'arena'];
const WORKERS = 'service-workers';

/**
 * Which tests of test/browser/ run in the bundled Chromium (`browser`) and in the browsers that are installed. What takes
 * a minute and knows no version of a browser, the API suite and the games, does not run in a second Chromium.
 */
const BROWSERS = [
  ['browser', ['*']],
  ['chromium', ['page-errors', ...PAGE_SUITES.filter((name) => name !== 'api'), WORKERS]],
  ['firefox', ['page-errors', ...PAGE_SUITES, ...GAMES, 'bench-page', 'codec', 'single-player', WORKERS]],
  ['webkit', PAGE_SUITES],
] as const;

export default defineConfig({
  resolve: {
    alias: [
      { find: /^websocketpeer$/, replacement: here('./host/index.ts') },
      { find: /^websocketpeer\/godot3$/, replacement: here('./host/godot3/index.ts') },
      { find: /^websocketpeer\/godot3\/scene$/, replacement: here('./host/godot3/scene/index.ts') },
      { find: /^websocketpeer\/streams$/, replacement: here('./host/streams/index.ts') },
      { find: /^websocketpeer\/scene$/, replacement: here('./host/scene/index.ts') },
      { find: /^websocketpeer\/cluster$/, replacement: here('./host/cluster/index.ts') },
      { find: /^websocketpeer\/worker$/, replacement: here('./host/worker/index.ts') },
      { find: /^websocketpeer\/codec$/, replacement: here('./host/codec/index.ts') },
      { find: /^websocketpeer\/variant$/, replacement: here('./host/variant/index.ts') },
      { find: /^websocketpeer\/extension$/, replacement: here('./host/extension/index.ts') },
      ...aliases(nodeSeams),
    ],
  },
  test: {
    pool: 'forks',
    // Far more than an idle machine needs: tests wait for events, so only a test that hangs exceeds these.
    testTimeout: 120_000,
    hookTimeout: 300_000,
    reporters: ['default', here('./scripts/test-reporter.mjs')],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/interop/**', 'test/browser/**', 'test/page/**', '**/node_modules/**'],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        // The package as a page imports it, over a simulated WebSocket of a browser.
        extends: true,
        resolve: {
          alias: [
            { find: /^websocketpeer$/, replacement: here('./host/index.browser.ts') },
            { find: /^websocketpeer\/extension$/, replacement: here('./host/extension/index.browser.ts') },
            { find: /^websocketpeer\/variant$/, replacement: here('./host/variant/index.browser.ts') },
            ...aliases(pageSeams),
          ],
        },
        test: {
          name: 'page',
          include: ['test/page/*.test.ts', 'test/godot4/websocket/settings.test.ts'],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        // The tests on sockets again, with Node's sockets for accepted connections instead of the system's handles.
        extends: true,
        test: {
          name: 'sockets',
          include: ON_SOCKETS,
          env: { WEBSOCKETPEER_HANDLES: '0' },
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'interop',
          include: ['test/interop/**/*.test.ts'],
          testTimeout: 300_000,
          fileParallelism: false,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
      ...BROWSERS.map(([browser, include]) => ({
        extends: true as const,
        test: {
          name: browser,
          include: include.map((name) => `test/browser/${name}.test.ts`),
          provide: { browser },
          setupFiles: [here('./test/browser/lib/setup.ts')],
          testTimeout: 300_000,
          fileParallelism: false,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      })),
    ],
  },
});
