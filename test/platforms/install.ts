// The manifest beside this file, installed on first use: frameworks and runtimes that the recipes' tests run in.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { installOnce } from '../../scripts/lib/install.mjs';

const require = createRequire(new URL('package.json', import.meta.url));

/** Where the packages are, as a path; installs them. */
export function platforms(): string {
  const directory = fileURLToPath(new URL('.', import.meta.url));
  installOnce(directory);
  return directory;
}

/** Path of a file of a package, say `workerd/bin/workerd`. */
export function pathInPlatforms(specifier: string): string {
  return require.resolve(specifier, { paths: [platforms()] });
}
