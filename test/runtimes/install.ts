// The manifest beside this file, installed on first use: runtimes, engines, bundlers and the fallback browser that the
// tests run in, and that `npm install` of the project leaves out.
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { installOnce } from '../../scripts/lib/install.mjs';

/** Where the packages are, as a path. */
export const RUNTIMES = fileURLToPath(new URL('.', import.meta.url));

const require = createRequire(new URL('package.json', import.meta.url));

/** Path of a file of a package, say `bun/bin/bun.exe`. */
export function pathInRuntimes(specifier: string): string {
  installOnce(RUNTIMES);
  return require.resolve(specifier);
}

export async function fromRuntimes<Module>(name: string): Promise<Module> {
  return (await import(pathToFileURL(pathInRuntimes(name)).href)) as Module;
}
