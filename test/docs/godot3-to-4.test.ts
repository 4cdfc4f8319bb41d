// docs/godot3-to-4.md: that it speaks of every member of 3.x and only of members that 4.x has, and its programs, run as
// they stand against the built package, each client with each server.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { describeApi } from '../../host/extension/index.js';
import { freePort } from '../helpers/ports.js';
import { Program, programDirectory } from '../interop/lib/program.js';
import { useScope } from '../interop/lib/watch.js';

const fromRoot = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const isBuilt = existsSync(fromRoot('dist/esm/godot3.js'));
const page = readFileSync(fromRoot('docs/godot3-to-4.md'), 'utf8');
const [server3, client3, server4, client4] = [...page.matchAll(/```js run\n([\s\S]*?)```/g)].map(([, code]) => code);
/** What the tables quote, by column. */
const cells = [...page.matchAll(/^\| (.+?) \| (.+) \|$/gm)];
const quoted = (column: 1 | 2): string[] =>
  cells.flatMap((row) => [...row[column].matchAll(/`([^`]+)`/g)].map((one) => one[1]));

type Members = Map<string, Set<string>>;

/** Names of all that each class has, without what it inherits. */
function membersOf(profile: '3.6' | '4.6'): Members {
  return new Map(
    describeApi(profile).classes.map(({ name, methods, properties, signals, constants, enums }) => {
      const named = [...(methods ?? []), ...(properties ?? []), ...(signals ?? []), ...(constants ?? [])];
      const values = (enums ?? []).flatMap((one) => [one, ...one.values]);
      return [name, new Set([...named, ...values].map((one) => one.name))];
    }),
  );
}

describe('docs/godot3-to-4.md', () => {
  it.each([
    'PacketPeer',
    'NetworkedMultiplayerPeer',
    'WebSocketMultiplayerPeer',
    'WebSocketPeer',
    'WebSocketClient',
    'WebSocketServer',
  ])('tells of every member of %s', (name) => {
    const told = new Set(quoted(1).map((code) => code.replace(/[( ].*$/, '')));
    const additions = ['activity', 'get_local_port'];
    const members = [...(membersOf('3.6').get(name) as Set<string>)];
    expect(members.filter((member) => !told.has(member) && !additions.includes(member))).toEqual([]);
  });

  it('speaks only of members that 4.x has', () => {
    const all = membersOf('4.6');
    const parents = new Map(describeApi('4.6').classes.map(({ name, inherits }) => [name, inherits]));
    const has = (name: string | undefined, member: string): boolean =>
      name !== undefined && (all.get(name)?.has(member) || has(parents.get(name), member));
    const spoken = quoted(2).filter((code) => /^[A-Z]\w+\.\w+$/.test(code));
    expect(spoken.length).toBeGreaterThan(80);
    expect(spoken.filter((code) => !has(...(code.split('.') as [string, string])))).toEqual([]);
  });
});

describe.skipIf(!isBuilt)('the programs of docs/godot3-to-4.md', () => {
  const scope = useScope();

  it.each([
    ['3.x', '3.x', client3, server3],
    ['3.x', '4.x', client3, server4],
    ['4.x', '3.x', client4, server3],
    ['4.x', '4.x', client4, server4],
  ])('a client of %s greets a server of %s', async (_client, _server, clientText, serverText) => {
    const directory = programDirectory(scope);
    const port = String(await freePort());
    const run = (name: string, text: string): Program =>
      new Program(scope, directory, name, text.replaceAll('9080', port));
    const server = run('server.mjs', serverText);
    // The server says nothing when it begins to listen.
    let lines = ['no server'];
    for (let attempt = 0; lines[0] === 'no server'; attempt += 1) {
      lines = await run(`client${attempt}.mjs`, clientText).ended();
    }
    const answers = [1, 2, 3].map((count) => `you said greeting ${count}`);
    expect(lines).toEqual(['we speak greetings', ...answers, 'gone']);
    await server.said('a client is gone');
    expect(server.out).toEqual(['a client speaks greetings', 'a client leaves: 1000 bye', 'a client is gone']);
  });
});
