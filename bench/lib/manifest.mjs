// `require` as seen from the manifest of the contestants; from the root's modules where that is not installed.
import { createRequire } from 'node:module';

export const require = createRequire(new URL('../contestants/package.json', import.meta.url));
