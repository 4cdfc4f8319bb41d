// The programs in docs/recipes/godot3-port.md, run as they stand: the servers on Node, the clients there and in the
// running Godot 3.
import { describe, expect, it } from 'vitest';
import { freePort } from '../helpers/ports.js';
import { blocksOf, isBuilt, programsOf } from '../helpers/programs.js';
import { GODOT3, isOnPath } from './lib/engine-process.js';
import { Program, programDirectory } from './lib/program.js';
import { useScope } from './lib/watch.js';

const PAGE = 'docs/recipes/godot3-port.md';
const [chatServer, chatClient, playServer] = programsOf(PAGE) as [string, string, string];
const [chatNode, playNode] = blocksOf(PAGE, 'gdscript') as [string, string];
const hasGodot = isOnPath(GODOT3);

describe.skipIf(!isBuilt)(PAGE, () => {
  const scope = useScope();

  /** `server`, listening, and what runs other programs on its port. */
  async function served(server: string): Promise<{ server: Program; run: (name: string, text: string) => Program }> {
    const [directory, port] = [programDirectory(scope), String(await freePort())];
    const run = (name: string, text: string): Program =>
      new Program(scope, directory, name, text.replaceAll('9080', port));
    const program = run('server.mjs', server);
    await program.said(`listening on port ${port}`);
    return { server: program, run };
  }

  async function chat(name: string, text: string): Promise<void> {
    const { server, run } = await served(chatServer);
    expect(await run(name, text).ended()).toEqual(['Gödel is here', 'Gödel says hello', 'closed']);
    await server.said('{"left":"Gödel"}');
    expect(server.out.slice(1)).toEqual(['{"joined":"Gödel"}', '{"from":"Gödel","say":"hello"}', '{"left":"Gödel"}']);
    expect(server.errors).toEqual([]);
  }

  it('the ported client talks to the server', () => chat('client.mjs', chatClient));

  describe.skipIf(!hasGodot)(hasGodot ? 'with Godot 3' : 'with Godot 3 (needs godot3 on PATH)', () => {
    it('the client in GDScript talks to the server', () => chat('client.gd', chatNode));

    it('two games call each other through the server', async () => {
      const { server, run } = await served(playServer);
      const games = [run('first.gd', playNode), run('second.gd', playNode)];
      for (const game of games) {
        await game.said('a player says hello');
        await game.said('a player says hello to you');
      }
      const plays = expect.stringMatching(/^\d+ plays$/);
      expect(server.out.slice(1)).toEqual([plays, plays]);
    });
  });
});
