// The Godot sides of docs/recipes/, run as they stand by the engine, against the servers of the same pages.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { until } from '../helpers/game.js';
import { blocksOf, isBuilt, type Launched, programsOf, usePrograms } from '../helpers/programs.js';
import { GODOT4, isOnPath } from './lib/engine-process.js';

const START = 'docs/recipes/godot-4-server.md';
const programs = usePrograms();
const isThere = isBuilt && isOnPath(GODOT4);

/** A game in the engine: the project of the first page, with the script `main`. */
function game(main: string, port: number, ...args: readonly string[]): Launched {
  const directory = join(programs.directory, `game-${programs.endings.length}`);
  mkdirSync(directory);
  const [project] = blocksOf(START, 'ini');
  const [scene] = blocksOf(START, 'ini scene');
  writeFileSync(join(directory, 'project.godot'), project);
  writeFileSync(join(directory, 'main.tscn'), scene);
  writeFileSync(join(directory, 'main.gd'), main.replaceAll('9080', String(port)));
  const env = { ...process.env, HOME: directory, XDG_DATA_HOME: directory, XDG_CACHE_HOME: directory };
  return programs.launch('godot4', ['--headless', '--path', directory, '--', ...args], { env, timeout: 120_000 });
}

/** Waits until `running` has printed `what`. */
async function said(running: Launched, what: string): Promise<void> {
  try {
    await until(() => running.out().includes(what), what);
  } catch (error) {
    throw new Error(`${String(error)}; it said: ${running.out()}`);
  }
}

describe.skipIf(!isThere)(`recipes with Godot 4${isThere ? '' : ' (needs godot4 on PATH, and the build)'}`, () => {
  const [relay, rules] = programsOf(START);
  const [remoteCalls, messages] = blocksOf(START, 'gdscript');

  it('an unchanged game plays through the relay, and hears that it ends', async () => {
    const server = await programs.run(relay);
    await said(server, 'waiting');
    const games = [game(remoteCalls, server.port), game(remoteCalls, server.port)];
    for (const one of games) {
      await said(one, 'plays, too');
      await said(one, ' says hello');
      await said(one, 'is the host');
    }
    await games[0].terminate();
    await said(games[1], 'has left');
    const ended = server.terminate();
    await said(games[1], 'the server is gone');
    expect(await ended).toBe(0);
    expect(games[1].out()).not.toContain('ERROR');
  });

  it('a game with messages of its own joins, sees who plays, and comes back when the server does', async () => {
    const server = await programs.run(rules);
    const games = [game(messages, server.port), game(messages, server.port)];
    for (const one of games) {
      await said(one, 'I am player');
      await said(one, 'players: 2');
    }
    expect(await server.terminate()).toBe(0);
    for (const one of games) await said(one, 'closed: 1001');
    const again = programs.start(rules, server.port);
    for (const _ of games) await said(again, 'is here');
    expect(games[0].out()).not.toContain('SCRIPT ERROR');
  });

  it('players of one room meet by its code, and nobody finds a room that is not there', async () => {
    const [, rooms] = programsOf('docs/recipes/rooms.md');
    const [script] = blocksOf('docs/recipes/rooms.md', 'gdscript');
    const server = await programs.run(rooms);
    const isUp = (): Promise<boolean> =>
      fetch(`http://127.0.0.1:${server.port}/rooms`).then(
        ({ ok }) => ok,
        () => false,
      );
    while (!(await isUp())) await new Promise((resolve) => setTimeout(resolve, 10));
    const first = game(script, server.port);
    await said(first, 'the server says: host');
    const code = /the code is (\w{5})/.exec(first.out())?.[1];
    const second = game(script, server.port, `--code=${code}`);
    for (const one of [first, second]) await said(one, ' says hello');
    await said(game(script, server.port, '--code=NONE1'), 'there is no such room, or it is full');
    const ended = server.terminate();
    await said(second, 'the room has ended');
    expect(await ended).toBe(0);
  });

  it('a game shows its token, and sees why another one is refused', async () => {
    const [, tokens] = programsOf('docs/recipes/authentication.md');
    const [script] = blocksOf('docs/recipes/authentication.md', 'gdscript');
    const server = await programs.run(tokens);
    await said(server, '\n');
    await said(game(script, server.port, `--token=${server.out().trim()}`), 'welcome, Ada');
    await said(game(script, server.port, '--token=x'), 'closed: 4401 ERR_JWS_INVALID');
    const silent = script.replace(', "Origin: https://game.example"', '');
    expect(silent).not.toBe(script);
    await said(game(silent, server.port, '--token=x'), 'closed: -1');
  });

  it('a game authenticates in the high-level multiplayer, or is not known', async () => {
    const program = programsOf('docs/recipes/authentication.md')[3];
    const script = blocksOf('docs/recipes/authentication.md', 'gdscript')[1];
    const server = await programs.run(program);
    await programs.opened(server.port); // it is there; this one never joins
    await said(game(script, server.port), 'I am in');
    await said(server, 'Ada plays');
    await said(game(script, server.port, '--token=x'), 'the server does not know me');
    await said(server, 'is nobody');
  });
});
