// `node examples/bench-page/build.mjs [folder]`: the bench page as static files, for any web server. It needs the
// package built (`npm run build`).
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const fromRoot = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const BUILT = fromRoot('dist/esm');
const folder = process.argv[2] ?? fromRoot('dist/bench-page');

/** A built file with all that it imports, as paths below dist/esm/. */
async function withImports(path, found = new Set()) {
  if (found.has(path)) return found;
  found.add(path);
  const text = await readFile(join(BUILT, path), 'utf8');
  for (const [, next] of text.matchAll(/(?:from|import)\s*"(\.{1,2}\/[^"]+)"/g)) {
    await withImports(normalize(join(dirname(path), next)), found);
  }
  return found;
}

await mkdir(folder, { recursive: true });
await cp(fromRoot('examples/bench-page/page'), folder, { recursive: true });
for (const path of await withImports('codec.js')) {
  await cp(join(BUILT, path), join(folder, 'websocketpeer', path), { recursive: true });
}

// Without the way to the arena, which is not there.
const index = join(folder, 'index.html');
await writeFile(index, (await readFile(index, 'utf8')).replace(/<nav class="home">.*<\/nav>\n/, ''));
console.log(`bench page: ${folder}`);
