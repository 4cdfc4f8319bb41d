// The program in docs/recipes/deno-bun.md, run by Deno and Bun as the page says, in a project that has the packed package.
import { describe, expect, it } from 'vitest';
import { freePort } from '../helpers/ports.js';
import { programsOf } from '../helpers/programs.js';
import { BUN, DENO, FreshProject, isBuilt, type Runtime, useFreshProject } from '../runtimes/fresh-project.js';

const PAGE = 'docs/recipes/deno-bun.md';
const [program] = programsOf(PAGE) as [string];

/** Deno with no other rights than those of `flags`. */
const denoWith = (...flags: readonly string[]): Runtime => ({
  ...DENO,
  command: () => [DENO.command()[0] as string, 'run', '--quiet', '--no-prompt', ...flags],
});

const SAID = 'you said hello\nclosed 1000\n';

describe.skipIf(!isBuilt)(PAGE, () => {
  const project = useFreshProject();

  async function echo(runtime: Runtime, where = project()): Promise<{ out: string; errors: string }> {
    const file = where.write('echo.js', program.replaceAll('9080', String(await freePort())));
    const { out, errors } = await where.run(runtime, file);
    return { out, errors };
  }

  it.each(['--allow-net', '--allow-net=127.0.0.1'])('runs by deno run %s', async (flag) => {
    expect(await echo(denoWith(flag))).toEqual({ out: SAID, errors: '' });
  });

  it('says which right is missing', async () => {
    expect((await echo(denoWith())).errors).toMatch(/--allow-net/);
  });

  it('runs by bun run, as bun add has installed it', async () => {
    const own = new FreshProject({ install: false });
    try {
      await own.run(BUN, 'add', [own.tarball]);
      expect(await echo(BUN, own)).toEqual({ out: SAID, errors: '' });
    } finally {
      own.remove();
    }
  });
});
