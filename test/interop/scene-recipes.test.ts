// The Godot project of docs/recipes/rpc-server.md, as the page has it, on the page's server, and beside the page's bots and
// sessions.
import { expect, it } from 'vitest';
import { makeProject, putNodes } from '../docs/recipes/walkers.js';
import { until } from '../helpers/game.js';
import { programsOf, usePrograms } from '../helpers/programs.js';
import { GODOT4 } from './lib/engine-process.js';
import { describeEngine } from './lib/engine-sides.js';
import { GameProgram } from './lib/game-program.js';
import { useScope } from './lib/watch.js';

const [server] = programsOf('docs/recipes/rpc-server.md');
const [bots] = programsOf('docs/recipes/bots.md');
const [sessions] = programsOf('docs/recipes/sessions.md');

describeEngine('the recipes of games with remote calls, in Godot 4', GODOT4, () => {
  const programs = usePrograms();
  const scope = useScope();

  const play = (project: string): GameProgram => new GameProgram(scope, 'godot4', ['--headless', '--path', project]);
  const idOf = async (game: GameProgram): Promise<string> => (await game.said('welcome')).split(' ').at(-1) as string;

  it('two players see each other walk to the middle, among bots', async () => {
    putNodes(programs);
    const { port, out } = await programs.run(server);
    await until(() => out().includes('listens'), 'the server');
    const project = makeProject(programs, `127.0.0.1:${port}`);
    const games = [play(project), play(project)];
    const ids = [await idOf(games[0]), await idOf(games[1])];
    for (const game of games) {
      for (const id of ids) await game.said(`player ${id} is here`);
    }
    for (const [i, game] of games.entries()) {
      expect(await game.said(`player ${ids[i]} has arrived`)).toContain('at (160.0, 80.0)');
    }
    const { out: said } = await programs.run(bots.replaceAll('9080', String(port)));
    await games[0].until(() => games[0].lines.filter((line) => line.endsWith(' is here')).length >= 12);
    await games[0].until(() =>
      games[0].lines.some((line) => /has arrived/.test(line) && !ids.some((id) => line.includes(id))),
    );
    expect(`${out()}${said()}`).not.toMatch(/dropped|not here/);
    for (const game of games) expect(game.lines.join('\n')).not.toMatch(/ERROR/);
  });

  it('sessions are apart', async () => {
    putNodes(programs);
    const { port, out } = await programs.run(sessions);
    await until(() => out().includes('listens'), 'the server');
    const [lion, zebra] = ['lion', 'zebra'].map((name) =>
      play(makeProject(programs, `127.0.0.1:${port}/session/${name}`, name)),
    );
    expect(await lion.said('welcome')).toBe('welcome to lion');
    expect(await zebra.said('welcome')).toBe('welcome to zebra');
    for (const game of [lion, zebra]) {
      await game.said('is here');
      expect(game.lines.filter((line) => line.endsWith(' is here'))).toHaveLength(1);
    }
  });
});
