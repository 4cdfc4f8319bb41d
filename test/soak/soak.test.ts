// The short form of `npm run soak`: its bounds hold, and its figures say that nothing is left.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const RESULTS = new URL('results.json', import.meta.url);

interface Figures {
  readonly cycles?: number;
  readonly connections?: number;
  readonly clients?: number;
  readonly servers?: number;
  readonly socketsLeft?: number;
  readonly handlesLeft?: number;
}

/** Figures by the titles of their parts, from what the program prints. */
function figuresOf(output: string): Map<string, Figures> {
  const lines = output.split('\n').filter((line) => line.includes(': {'));
  return new Map(
    lines.map((line) => {
      const colon = line.indexOf(': {');
      return [line.slice(0, colon), JSON.parse(line.slice(colon + 2)) as Figures];
    }),
  );
}

function soak(): Promise<{ status: number | null; output: string }> {
  const child = spawn(process.execPath, ['scripts/soak.mjs', '--short'], { cwd: ROOT });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += String(text)));
  return new Promise((resolve) => child.on('close', (status) => resolve({ status, output })));
}

const PARTS = [
  'cuts at every byte, TCP',
  'cuts at every byte, TLS',
  'cuts at every byte, multiplayer',
  'cuts at every byte, Godot 3',
  'connections that come and go',
  'slow readers',
  'a crowd',
];

test.runIf(process.platform === 'linux')(
  'connections that come, go, crowd, read nothing or are cut at any byte leave nothing behind',
  async () => {
    const { status, output } = await soak();
    expect(output).not.toContain('soak: ');
    expect(status).toBe(0);
    const figures = figuresOf(output);
    expect([...figures.keys()]).toEqual(PARTS);
    const left = [...figures.values()].map(({ socketsLeft = 0, handlesLeft = 0 }) => socketsLeft + handlesLeft);
    expect(left).toEqual(PARTS.map(() => 0));
    for (const [title, { clients, servers }] of figures) {
      if (title.startsWith('cuts')) expect([title, Math.min(clients ?? 0, servers ?? 0) > 250]).toEqual([title, true]);
    }
  },
  280_000,
);

test.runIf(existsSync(RESULTS))('the results of the whole run are of 10,000 connections and 100,000 cycles', () => {
  const results = JSON.parse(readFileSync(RESULTS, 'utf8')) as Record<string, Figures>;
  expect(PARTS.filter((title) => !(title in results))).toEqual([]);
  expect(results['a crowd'].connections).toBe(10_000);
  expect(results['connections that come and go'].cycles).toBe(100_000);
});
