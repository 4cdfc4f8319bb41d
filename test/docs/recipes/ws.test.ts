// The shims and programs in docs/recipes/ws.md: a stranger's project installs them by npm and `ws` calls them, and the
// server before and after the move says the same to the same clients.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { WebSocketPeer } from '../../../host/index.js';
import { until } from '../../helpers/game.js';
import { answer, blocksOf, fromRoot, isBuilt, programsOf, usePrograms } from '../../helpers/programs.js';
import { FreshProject } from '../../runtimes/fresh-project.js';

const PAGE = 'docs/recipes/ws.md';
const [maskerJson, validatorJson, projectJson] = blocksOf(PAGE, 'json') as [string, string, string];
const [masker, validator] = blocksOf(PAGE, 'js fragment') as [string, string];

/** Counts the calls of both shims while `ws` echoes to `ws`; `isUtf8` tells whether the runtime's own one is there. */
const ECHO = `
  if (process.argv[2] === 'without') require('node:buffer').isUtf8 = undefined;
  const calls = { mask: 0, unmask: 0, isValidUTF8: 0 };
  const counted = (name, call) => (...all) => { calls[name] += 1; return call(...all); };
  const { mask, unmask } = require('bufferutil');
  const isValidUTF8 = require('utf-8-validate');
  const put = (name, exports) => { require.cache[require.resolve(name)].exports = exports; };
  put('bufferutil', { mask: counted('mask', mask), unmask: counted('unmask', unmask) });
  put('utf-8-validate', counted('isValidUTF8', isValidUTF8));
  const { WebSocket, WebSocketServer } = require('ws');
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 }, () => {
    const client = new WebSocket('ws://127.0.0.1:' + server.address().port);
    const sent = ['x'.repeat(20), 'Grüße, 世界. '.repeat(20), Buffer.alloc(48, 7), Buffer.alloc(70000, 9)];
    const same = [];
    client.on('open', () => client.send(sent[0]));
    client.on('message', (data, isBinary) => {
      const expected = sent[same.length];
      same.push(isBinary === (typeof expected !== 'string') && data.equals(Buffer.from(expected)));
      if (same.length < sent.length) return client.send(sent[same.length]);
      client.close();
      server.close(() => console.log(JSON.stringify({ same, calls })));
    });
  });
  server.on('connection', (socket) => {
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  });`;

describe.skipIf(!isBuilt)(`the shims of ${PAGE}`, () => {
  it('are what ws uses in a project that npm has installed', () => {
    const project = new FreshProject({ install: false });
    try {
      for (const [name, json, code] of [
        ['bufferutil', maskerJson, masker],
        ['utf-8-validate', validatorJson, validator],
      ] as const) {
        mkdirSync(project.path(`shims/${name}`), { recursive: true });
        writeFileSync(project.path(`shims/${name}/package.json`), json);
        writeFileSync(project.path(`shims/${name}/index.js`), code);
      }
      const { dependencies, overrides } = JSON.parse(projectJson);
      // The package as it is packed, and `ws` as it is installed here: nothing is asked of a registry.
      const local = { websocketpeer: `file:${project.tarball}`, ws: `file:${fromRoot('node_modules/ws')}` };
      project.write('package.json', JSON.stringify({ dependencies: { ...dependencies, ...local }, overrides }));
      project.npm('install', '--offline', '--ignore-scripts', '--install-links=false');
      project.write('echo.cjs', ECHO);
      const { WS_NO_BUFFER_UTIL: _, WS_NO_UTF_8_VALIDATE: __, ...env } = process.env;
      const run = (isUtf8: string): unknown =>
        JSON.parse(
          execFileSync(process.execPath, ['--preserve-symlinks', 'echo.cjs', isUtf8], {
            cwd: project.directory,
            encoding: 'utf8',
            env,
          }),
        );
      // 240 bytes of text, 48 and 70,000 bytes: each masked by the client, unmasked by the server.
      const calls = { mask: 3, unmask: 3, isValidUTF8: 0 };
      expect(run('with')).toEqual({ same: [true, true, true, true], calls });
      expect(run('without')).toMatchObject({ same: [true, true, true, true], calls: { isValidUTF8: 2 } });
    } finally {
      project.remove();
    }
  });
});

describe.skipIf(!isBuilt)(`the servers of ${PAGE}`, () => {
  const programs = usePrograms();

  it.each(programsOf(PAGE).map((text, index) => [['with ws', 'with this package'][index], text] as const))(
    'pass messages on, %s',
    async (_, text) => {
      const server = await programs.run(text);
      const [one, two] = [await programs.opened(server.port, '/room'), await programs.opened(server.port, '/room')];
      await until(() => server.out().split('in: /room').length === 3, 'both');
      one.send_text('hello');
      expect(await answer(two)).toBe('hello');
      expect(two.was_string_packet()).toBe(true);
      two.send(Uint8Array.of(104, 105));
      expect(await answer(one)).toBe('hi');
      expect(one.was_string_packet()).toBe(false);
      two.close(4001, 'enough');
      await until(() => {
        two.poll();
        return two.get_ready_state() === WebSocketPeer.STATE_CLOSED && server.out().includes('out: ');
      }, 'the farewell');
      expect(server.out().split('\n').slice(1, -1)).toEqual(['in: /room', 'in: /room', 'out: 4001 enough']);
      one.outbound_buffer_size = 2 ** 20;
      one.send(new Uint8Array(70_000)); // more than the server takes
      await until(() => {
        one.poll();
        return one.get_ready_state() === WebSocketPeer.STATE_CLOSED;
      }, 'the end');
      expect(one.get_close_code()).toBe(1009);
    },
  );
});
