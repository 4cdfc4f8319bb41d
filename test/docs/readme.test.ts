// README.md: its length, its commands, and its server and client, run as they stand against the built package.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { until } from '../helpers/game.js';
import { fromRoot, isBuilt, programsOf, usePrograms } from '../helpers/programs.js';

const PAGE = 'README.md';
/** Most lines without the block of numbers, and of the whole. */
const MOST_OF_WORDS = 125;
const MOST = 150;

const readme = readFileSync(fromRoot(PAGE), 'utf8');
const { version } = JSON.parse(readFileSync(fromRoot('package.json'), 'utf8'));
const [numbers = ''] = /^<!-- numbers[\s\S]*^<!-- \/numbers -->\n/m.exec(readme) ?? [];
const linesOf = (text: string): number => text.split('\n').length - 1;
const [server, client] = programsOf(PAGE);
const programs = usePrograms();

describe(PAGE, () => {
  it('is short', () => {
    expect(linesOf(numbers)).toBeGreaterThan(2);
    expect(linesOf(readme.replace(numbers, ''))).toBeLessThanOrEqual(MOST_OF_WORDS);
  });

  it('is short with its numbers, too', () => {
    expect(linesOf(readme)).toBeLessThanOrEqual(MOST);
  });

  it('begins with a sentence, a picture, and the two commands of a clone', () => {
    const beginning = readme.split('\n').slice(0, 40).join('\n');
    expect(beginning).toMatch(/^# websocketpeer\n\n[^\n]+\n[^\n]+\n\n!\[[^\]]+\]\(docs\/arena\.jpg\)\n/);
    expect(beginning).toMatch(/^npm install && npm start /m);
    expect(beginning).toMatch(/^npm install && npm test /m);
  });

  it('names the packed file as npm pack does', () => {
    const named = [...readme.matchAll(/websocketpeer-[^\s/]+\.tgz/g)].map(([name]) => name);
    expect(named.length).toBeGreaterThan(1);
    expect(new Set(named)).toEqual(new Set([`websocketpeer-${version}.tgz`]));
  });

  it.skipIf(!isBuilt)('has a server and a client that talk, and a client that sees the end of its server', async () => {
    const host = await programs.run(server);
    await until(() => host.out().includes('listening on'), 'the server');
    const guest = await programs.run(client.replaceAll('9080', String(host.port)));
    await until(() => guest.out().includes('the server says you said hello\n'), 'the answer');
    await host.terminate();
    await until(() => guest.out().includes('closed -1'), 'the end');
    expect(host.out()).toBe(`listening on ws://127.0.0.1:${host.port}\na client says hello\n`);
  });

  it.skipIf(!isBuilt)('has a client that says so when there is no server', async () => {
    const guest = await programs.run(client);
    await until(() => guest.out().includes('closed -1'), 'the end');
    expect(guest.out()).toContain('refused');
  });
});
