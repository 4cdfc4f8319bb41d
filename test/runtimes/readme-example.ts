// The client of README.md as a program: its words, and another address.
import { readFileSync } from 'node:fs';
import { ROOT } from './fresh-project.js';

const ADDRESS = 'ws://127.0.0.1:9080';

/** What the program prints when the server answers its greeting with three words and why it closes (`/greeted`). */
export const FAREWELL =
  /the server says one\n[\s\S]*the server says two\n[\s\S]*the server says three\n[\s\S]*closed 4002 that is all/;

export function readmeExample(url: string): string {
  const readme = readFileSync(`${ROOT}README.md`, 'utf8');
  const programs = [...readme.matchAll(/^```js run\n([\s\S]*?)^```$/gm)].map(([, program]) => program);
  const client = programs.find((program) => program.includes(`connect_to_url('${ADDRESS}')`));
  if (client === undefined) throw new Error('README.md has no client');
  return client.replace(ADDRESS, `${url}greeted`);
}
