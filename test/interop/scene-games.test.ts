// The games of the examples that are written with Godot's @rpc, spawners and synchronizers, played against the built
// package: a Godot client, bots in JavaScript, and a server in JavaScript or Godot.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { freePort } from '../helpers/ports.js';
import { GODOT4 } from './lib/engine-process.js';
import { describeEngine } from './lib/engine-sides.js';
import { GameProgram } from './lib/game-program.js';
import { useScope } from './lib/watch.js';

const isBuilt = existsSync(fileURLToPath(new URL('../../dist/esm/scene.js', import.meta.url)));

describeEngine('the games of the examples that Godot 4 plays', GODOT4, () => {
  const scope = useScope();
  const urlOf = async (server: GameProgram): Promise<string> =>
    (await server.said(' on ws://')).split(' ').at(-1) ?? '';

  describe.skipIf(!isBuilt)('connect four', () => {
    it('is played to its end, with the same board on all sides', async () => {
      const server = GameProgram.node(scope, 'connect-four/server.mjs', '0');
      const url = await urlOf(server);
      const players = [
        GameProgram.godot(scope, 'connect-four/godot', `--url=${url}`, '--name=Ann', '--auto'),
        GameProgram.node(scope, 'connect-four/bot.mjs', url, 'Bob'),
      ];
      const outcome = await server.said(' wins: ');
      expect(outcome).toMatch(/^(Ann|Bob) wins: four in a row$/);
      const board = await server.said('board ');
      for (const player of players) {
        expect(await player.said(' wins: ')).toBe(outcome);
        expect(await player.said('board ')).toBe(board);
        expect(await player.ended()).toBe(0);
      }
      expect(await server.end()).toBe(0);
    });

    it('is won by who stays', async () => {
      const server = GameProgram.node(scope, 'connect-four/server.mjs', '0');
      const url = await urlOf(server);
      const idle = GameProgram.godot(scope, 'connect-four/godot', `--url=${url}`, '--name=Ann');
      const bot = GameProgram.node(scope, 'connect-four/bot.mjs', url, 'Bob');
      await idle.said('Ann (');
      await bot.end('SIGKILL');
      for (const side of [server, idle]) expect(await side.said(' wins: ')).toBe('Ann wins: the other has left');
      await idle.end('SIGKILL');
      expect(await server.end()).toBe(0);
    });
  });

  describe.skipIf(!isBuilt)('a button in a room behind a gateway', () => {
    it('is pressed by Godot and by a client in JavaScript, who hear of each other', async () => {
      const STATE_DIR = mkdtempSync(join(tmpdir(), 'websocketpeer-'));
      scope.defer(() => rmSync(STATE_DIR, { recursive: true, force: true }));
      const server = GameProgram.nodeWith({ PORT: '0', STATE_DIR }, scope, 'rooms/server.mjs');
      const port = (await server.said('both on port ')).split(' ').at(-1);
      const url = `ws://127.0.0.1:${port}/room-7`;
      const client = GameProgram.node(scope, 'rooms/client.mjs', url);
      await client.said('1, by me');
      const godot = GameProgram.godot(scope, 'rooms/godot', `--url=${url}`, '--presses=3');
      expect(await godot.ended()).toBe(0);
      expect(godot.lines.filter((line) => line.endsWith(', by me'))).toHaveLength(3);
      expect(client.lines.filter((line) => / by \d+$/.test(line))).toHaveLength(3);
      expect(await server.end()).toBe(0);
      expect(await client.said('closed with')).toBe('closed with 1001 the gateway stops');
    });
  });

  describe.skipIf(!isBuilt)('coin rush', () => {
    it('ends with the same scores and places on a JavaScript server, in Godot, and at the bots', async () => {
      const server = GameProgram.node(scope, 'coin-rush/server.mjs', '0', '3');
      const url = await urlOf(server);
      const godot = GameProgram.godot(scope, 'coin-rush/godot', `--url=${url}`, '--auto');
      const bots = GameProgram.node(scope, 'coin-rush/bot.mjs', url, '2');
      const outcome = await server.said('over: ');
      expect(outcome).toMatch(/^over: (\d+) wins, (\d+=\d at \d+,\d+ ?){3}$/);
      expect(await godot.said('over: ')).toBe(outcome);
      expect([await godot.ended(), await bots.ended()]).toEqual([0, 0]);
      expect(bots.lines.filter((line) => line.startsWith('over: '))).toEqual([outcome, outcome]);
      const ids = [godot, bots].flatMap(({ lines }) =>
        lines.flatMap((line) => (line.startsWith('playing as ') ? [line.slice('playing as '.length)] : [])),
      );
      for (const id of ids) expect(await server.said(`${id} has left`)).toBe(`${id} has left`);
      expect(ids.every((id) => outcome.includes(`${id}=`))).toBe(true);
      expect(await server.end()).toBe(0);
    });

    it('is played by bots on a Godot server', async () => {
      const port = await freePort();
      const server = GameProgram.godot(scope, 'coin-rush/godot', `--host=${port}`);
      await server.said('coin rush on port');
      const bots = GameProgram.node(scope, 'coin-rush/bot.mjs', `ws://127.0.0.1:${port}`, '2');
      expect(await bots.ended()).toBe(0);
      const outcomes = bots.lines.filter((line) => line.startsWith('over: '));
      expect(outcomes).toHaveLength(2);
      for (const outcome of outcomes) expect(await server.said(outcome)).toBe(outcome);
    });
  });
});
