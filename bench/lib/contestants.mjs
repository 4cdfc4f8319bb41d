// The software that this package is measured against, from the manifest of its own in bench/contestants/.
import { createRequire } from 'node:module';

const require = createRequire(new URL('../contestants/package.json', import.meta.url));

export const loadWs = () => require('ws');
export const loadBufferutil = () => require('bufferutil');
export const loadUtf8Validate = () => require('utf-8-validate');

export function versionsOfContestants() {
  const names = ['ws', 'bufferutil', 'utf-8-validate'];
  return Object.fromEntries(names.map((name) => [name, require(`${name}/package.json`).version]));
}
