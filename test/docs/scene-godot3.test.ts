// docs/scene-godot3.md: its programs, run as they stand against the built package, and its script in Godot 3.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MultiplayerAPI } from '../../host/godot3/scene/index.js';
import { freePort } from '../helpers/ports.js';
import { blocksOf, fromRoot, programsOf } from '../helpers/programs.js';
import { GODOT3, isOnPath } from '../interop/lib/engine-process.js';
import { Program, programDirectory } from '../interop/lib/program.js';
import { useScope } from '../interop/lib/watch.js';

const PAGE = 'docs/scene-godot3.md';
const [server, player] = programsOf(PAGE) as [string, string];
const [script] = blocksOf(PAGE, 'gdscript') as [string];
const hasGodot = isOnPath(GODOT3);

describe.skipIf(!existsSync(fromRoot('dist/esm/godot3/scene.js')))(`the programs of ${PAGE}`, () => {
  const scope = useScope();

  async function play(name: string, text: string): Promise<void> {
    const [directory, port] = [programDirectory(scope), String(await freePort())];
    const run = (file: string, code: string): Program =>
      new Program(scope, directory, file, code.replaceAll('9080', port));
    const running = run('server.mjs', server);
    await running.said('listening');
    expect(await run(name, text).ended()).toEqual(['found, level 2']);
    expect(running.out).toEqual(['listening', 'somebody guesses 5', 'somebody guesses 7']);
    expect(running.errors).toEqual([]);
  }

  it('play the game with a player in JavaScript', () => play('player.mjs', player));

  it.skipIf(!hasGodot)(`play the game with a player in Godot 3${hasGodot ? '' : ' (needs godot3 on PATH)'}`, () =>
    play('player.gd', script),
  );
});

describe(PAGE, () => {
  it('has a row for each mode', () => {
    const rows = [...readFileSync(fromRoot(PAGE), 'utf8').matchAll(/^\| (`.+?) \|/gm)];
    const told = rows.flatMap(([, mode]) => [...(mode as string).matchAll(/`(\w+)`/g)].map(([, word]) => word));
    const modes = Object.keys(MultiplayerAPI.RPCMode).map((name) => name.replace('RPC_MODE_', '').toLowerCase());
    expect(told.sort()).toEqual(modes.filter((mode) => mode !== 'disabled').sort());
  });
});
