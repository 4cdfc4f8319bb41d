// `require` relative to the manifest of the contestants; relative to the root where that is not installed.
import { createRequire } from 'node:module';

export const require = createRequire(new URL('../contestants/package.json', import.meta.url));
