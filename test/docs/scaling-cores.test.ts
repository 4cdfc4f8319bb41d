// The programs in docs/scaling-cores.md, run as they stand against the built package, with the processes that they start.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { until } from '../helpers/game.js';
import { freePort } from '../helpers/ports.js';
import { answer, isBuilt, type Launched, programsOf, usePrograms } from '../helpers/programs.js';
import { isOffered, NODE, nodeOf, type Runtime } from '../runtimes/fresh-project.js';

const [workers, late, shared, sent] = programsOf('docs/scaling-cores.md');
const programs = usePrograms();

/** Runs `program`, which ends with all that it has started. */
async function start(program: string, runtime: Runtime = NODE): Promise<Launched & { readonly port: number }> {
  const port = await freePort();
  const file = join(programs.directory, 'program.mjs');
  writeFileSync(file, program.replaceAll('9080', String(port)));
  const [command, ...options] = runtime.command() as [string, ...string[]];
  const launched = programs.launch(command, [...options, file], { cwd: programs.directory, detached: true });
  return { port, ...launched };
}

async function echoes(port: number, count: number): Promise<void> {
  for (let one = 0; one < count; one += 1) {
    const peer = await programs.opened(port);
    peer.send_text(`echo ${one}`);
    expect(await answer(peer)).toBe(`echo ${one}`);
  }
}

describe.skipIf(!isBuilt)('docs/scaling-cores.md', () => {
  it('serves one port from a worker for each core', async () => {
    const { port, out } = await start(workers);
    await echoes(port, 8);
    expect(out()).toBe('');
  });

  it('is told later that a port is taken', async () => {
    const { port, out, ended } = await start(late);
    expect(await ended()).toBe(0);
    expect(out().trim().split('\n')).toEqual([
      '0 true',
      `listen: can't listen on port ${port} of *: it is in use: something listens there already (EADDRINUSE)`,
      'false',
    ]);
  });

  it.skipIf(!isOffered(22))('shares a port between processes without a primary', async () => {
    const { out } = await start(shared, nodeOf(22));
    await until(() => out() === '0\n0\n', 'both to listen');
  });

  it('gives its server to a child', async () => {
    const { port, out } = await start(sent);
    await echoes(port, 8);
    expect(out()).toBe('');
  });
});
