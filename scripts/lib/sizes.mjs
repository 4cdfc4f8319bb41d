// Sizes of what games load: programs as a bundler makes them of the built package, and files as they are published.
import { existsSync, readFileSync } from 'node:fs';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { BuildError, fromRoot } from './files.mjs';

const ENTRY = 'entry';

/** Bytes of `data`, by itself and compressed as servers of files do it at best. */
function sizesOf(data) {
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  return {
    plain: Buffer.byteLength(data),
    gzip: gzipSync(data, { level: 9 }).length,
    brotli: brotliCompressSync(data, { params }).length,
  };
}

/** Sizes of a file below the root. */
export function fileSizes(path) {
  const file = fromRoot(...path.split('/'));
  if (!existsSync(file)) throw new BuildError(`${path} is not there: run \`npm run build\``);
  return sizesOf(readFileSync(file));
}

/** `program` with the files that package.json names for `condition` instead of the package's names. */
function located(program, condition) {
  const { name, exports } = JSON.parse(readFileSync(fromRoot('package.json'), 'utf8'));
  return program.replace(new RegExp(`'${name}([^']*)'`, 'g'), (_, entry) => {
    const targets = exports[`.${entry}`];
    return JSON.stringify(fromRoot(targets[condition] ?? targets.default));
  });
}

/** Sizes of a program that imports the package, bundled and minified for a page (`browser`) or for Node (`default`). */
export async function bundleSizes(program, condition = 'browser') {
  const bundle = await rolldown({
    input: ENTRY,
    platform: condition === 'browser' ? 'browser' : 'node',
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === ENTRY ? id : null),
        load: (id) => (id === ENTRY ? located(program, condition) : null),
      },
    ],
  });
  const { output } = await bundle.generate({ format: 'esm', minify: true, codeSplitting: false });
  await bundle.close();
  if (output.length > 1) throw new BuildError(`${program}: its bundle has ${output.length} files instead of one`);
  return sizesOf(output[0].code);
}
