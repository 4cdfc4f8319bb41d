// The ported programs of examples/godot3-port/, with each other and with their originals in the running Godot 3.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { freePort } from '../helpers/ports.js';
import { GODOT3, isOnPath } from './lib/engine-process.js';
import { Program, programDirectory } from './lib/program.js';
import { useScope } from './lib/watch.js';

const fromRoot = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const isBuilt = existsSync(fromRoot('dist/esm/godot3.js'));
const hasGodot = isOnPath(GODOT3);

const CLIENT_LINES = [
  'connected, we speak greetings',
  'you said greeting 1',
  'you said greeting 2',
  'you said greeting 3',
  'closed by us, or lost', // was_clean_close is true only when the other side has closed
];
const SERVER_LINES = [
  'a client from 127.0.0.1 speaks greetings',
  'heard greeting 1',
  'heard greeting 2',
  'heard greeting 3',
  'a client leaves: 1000 bye',
  'closed by the client',
];

describe.skipIf(!isBuilt)('examples/godot3-port', () => {
  const scope = useScope();
  const run = (directory: string, name: string, port: number): Program => {
    const text = readFileSync(fromRoot(`examples/godot3-port/${name}`), 'utf8');
    return new Program(scope, directory, name, text.replaceAll('9080', String(port)));
  };

  async function greet(clientName: string, serverName: string): Promise<void> {
    const [directory, port] = [programDirectory(scope), await freePort()];
    const server = run(directory, serverName, port);
    await server.said(`listening on port ${port}`);
    expect(await run(directory, clientName, port).ended()).toEqual(CLIENT_LINES);
    await server.said(SERVER_LINES[5]);
    expect(server.out.slice(1)).toEqual(SERVER_LINES);
  }

  async function greetNobody(name: string): Promise<void> {
    const port = await freePort();
    const client = run(programDirectory(scope), name, port);
    expect(await client.ended()).toEqual([`no server at ws://127.0.0.1:${port}`]);
  }

  it('client.mjs greets server.mjs, and both say what the originals say', () => greet('client.mjs', 'server.mjs'));

  it('client.mjs says that there is no server', () => greetNobody('client.mjs'));

  it('server.mjs says that the port is taken', async () => {
    const [directory, port] = [programDirectory(scope), await freePort()];
    await run(directory, 'server.mjs', port).said(`listening on port ${port}`);
    const second = run(directory, 'server.mjs', port);
    expect(await second.ended()).toEqual(["can't listen: error 22"]);
  });

  describe.skipIf(!hasGodot)(hasGodot ? 'with Godot 3' : 'with Godot 3 (needs godot3 on PATH)', () => {
    it.each([
      ['client.mjs', 'server.gd'],
      ['client.gd', 'server.mjs'],
      ['client.gd', 'server.gd'],
    ])('%s greets %s, and both say the same', (client, server) => greet(client, server));

    it('client.gd says that there is no server', () => greetNobody('client.gd'));
  });
});
