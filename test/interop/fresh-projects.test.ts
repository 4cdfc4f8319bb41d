// Projects of strangers: npm installs the packed package, and the README's first example runs in each runtime.
import { describe, expect, it } from 'vitest';
import { BUN, FreshProject, isBuilt, RUNTIMES, useFreshProject } from '../runtimes/fresh-project.js';
import { FAREWELL, readmeExample } from '../runtimes/readme-example.js';
import { withSuiteServer } from '../runtimes/server.js';

describe.skipIf(!isBuilt)('a fresh project', () => {
  const project = useFreshProject();

  it.each(RUNTIMES)('runs the README’s first example in $name, and ends by itself', async (runtime) => {
    await withSuiteServer(async ({ url }) => {
      const program = project().write('game.js', readmeExample(url));
      const { out, errors, error } = await project().run(runtime, program);
      expect(errors).toBe('');
      expect(out).toMatch(FAREWELL);
      expect(error).toBe(null);
    });
  });

  it('installs the package with Bun’s own installer, too', async () => {
    const own = new FreshProject({ install: false });
    try {
      await own.run(BUN, 'add', [own.tarball]);
      await withSuiteServer(async ({ url }) => {
        const { out } = await own.run(BUN, own.write('game.js', readmeExample(url)));
        expect(out).toMatch(FAREWELL);
      });
    } finally {
      own.remove();
    }
  });
});
