// Projects of strangers: npm installs the packed package, or one of the other ways does, and the README's client
// runs.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BUN, FreshProject, isBuilt, NODE, ROOT, RUNTIMES, useFreshProject } from '../runtimes/fresh-project.js';
import { FAREWELL, readmeExample } from '../runtimes/readme-example.js';
import { withSuiteServer } from '../runtimes/server.js';

/** From a clone npm installs what the build needs, and builds. */
const BUILD_MS = 900_000;

/** A Git repository below `directory` with the files of this checkout as they are, nothing built; its URL. */
function repositoryIn(directory: string): string {
  const repository = join(directory, 'repository');
  const git = (cwd: string, ...args: string[]): string => execFileSync('git', args, { cwd, encoding: 'utf8' });
  const listed = git(ROOT, 'ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate');
  for (const name of listed.split('\0').filter(Boolean)) {
    mkdirSync(dirname(join(repository, name)), { recursive: true });
    cpSync(join(ROOT, name), join(repository, name));
  }
  git(repository, 'init', '--quiet');
  git(repository, 'add', '--all');
  git(repository, '-c', 'user.name=test', '-c', 'user.email=test@example.test', 'commit', '--quiet', '-m', 'All of it');
  return `git+file://${repository}`;
}

/** Ways to have the package that begin at its sources. */
const FROM_SOURCES: [string, (project: FreshProject) => void][] = [
  [
    'npm install with a Git URL',
    (project) => project.npm('install', repositoryIn(project.directory), '--prefer-offline'),
  ],
  ['npm link', (project) => project.npm('link', ROOT)],
];

describe.skipIf(!isBuilt)('a fresh project', () => {
  const project = useFreshProject();

  it.each(RUNTIMES)('runs the README’s client in $name, and ends by itself', async (runtime) => {
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

  it.each(FROM_SOURCES)('has the package by %s, too', { timeout: BUILD_MS }, async (_, install) => {
    const own = new FreshProject({ install: false });
    try {
      install(own);
      await withSuiteServer(async ({ url }) => {
        const { out, errors, error } = await own.run(NODE, own.write('game.js', readmeExample(url)));
        expect({ errors, error }).toEqual({ errors: '', error: null });
        expect(out).toMatch(FAREWELL);
      });
    } finally {
      own.remove();
    }
  });
});
