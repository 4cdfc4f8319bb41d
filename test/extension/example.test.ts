// The worked example: a script engine that knows no class by itself, and a script that echoes through it.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ScriptHost } from '../../examples/extension/script-host.mjs';
import { deinitialize, initialize } from '../../host/extension/index.js';

it('runs a script that talks to itself', async () => {
  const printed: string[] = [];
  const host = new ScriptHost((line: string) => printed.push(line));
  initialize(host);
  await host.run(readFileSync(new URL('../../examples/extension/echo.script', import.meta.url), 'utf8'));
  deinitialize();
  expect(printed.slice(0, 4)).toEqual([
    'listen: 0',
    'class: WebSocketPeer state: 1',
    'echo: hello from a script',
    'closed: 1000 done',
  ]);
  expect(printed[4]).toMatch(/^error: send: the connection is not open/);
  expect(host.classCount).toBe(0);
});
