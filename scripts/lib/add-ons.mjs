// Build of dist/cjs/: the replacements for ws' native add-ons as CommonJS, with one copy of the core for both.
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

const SHARED = 'add-ons.js';

// The forms of the native add-ons' exports: an object of functions, and a function.
const FILES = {
  'package.json': '{ "type": "commonjs" }\n',
  'bufferutil.js': `'use strict';
const { mask, unmask } = require('./${SHARED}');
module.exports = { mask, unmask };
`,
  'bufferutil.d.ts': `export { mask, unmask } from './${SHARED}';\n`,
  'utf-8-validate.js': `'use strict';
module.exports = require('./${SHARED}').isValidUTF8;
`,
  'utf-8-validate.d.ts': `import { isValidUTF8 } from './${SHARED}';\nexport = isValidUTF8;\n`,
};

/** Adds cjs/ to the freshly compiled `dist`. */
export async function bundleAddOns(dist) {
  const directory = join(dist, 'cjs');
  mkdirSync(directory, { recursive: true });
  const source = join(dist, 'host', 'compat', SHARED);
  const bundle = await rolldown({
    input: source,
    platform: 'neutral',
    treeshake: { moduleSideEffects: false },
    experimental: { attachDebugInfo: 'none' }, // module names would be those of a removed directory
  });
  await bundle.write({
    file: join(directory, SHARED),
    format: 'cjs',
    exports: 'named',
    minify: 'dce-only',
    comments: false,
    banner: '// What the replacements for the add-ons of ws share: masker, UTF-8 validator and the core in base64.',
    codeSplitting: false,
  });
  await bundle.close();
  copyFileSync(source.replace(/\.js$/, '.d.ts'), join(directory, 'add-ons.d.ts'));
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(directory, name), text);
}
