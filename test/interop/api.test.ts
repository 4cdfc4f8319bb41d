// What Godot 4 answers to the rows of the API suite; `vitest -u` records it anew.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Outcomes } from '../api/play.js';
import { CALLS, SITUATIONS, titleOf } from '../api/rows.js';
import { serveApi } from '../api/server.js';
import { EngineProcess, GODOT4, isOnPath } from './lib/engine-process.js';
import { type Scope, useScope } from './lib/watch.js';

const MARK = 'outcomes ';

/** The line of outcomes that the engine prints. */
async function playedByEngine(scope: Scope, file: string): Promise<string> {
  const server = await serveApi();
  scope.defer(() => server.close());
  const args = GODOT4.args.map((argument) => argument.replace('remote4', 'api4'));
  return new Promise((resolve, reject) => {
    const hear = (line: string): void => {
      if (line.startsWith(MARK)) resolve(line.slice(MARK.length));
    };
    const engine = new EngineProcess({ ...GODOT4, args: [...args, file, server.origin] }, 0, hear, reject);
    scope.defer(() => engine.kill());
  });
}

/** The rows as the engine reads them. */
function writtenRows(scope: Scope): string {
  const directory = mkdtempSync(join(tmpdir(), 'websocketpeer-'));
  scope.defer(() => rmSync(directory, { recursive: true, force: true }));
  const file = join(directory, 'suite.json');
  const calls = CALLS.filter(({ isAddition }) => !isAddition).map((call) => ({ ...call, title: titleOf(call) }));
  writeFileSync(file, JSON.stringify({ situations: SITUATIONS, calls }));
  return file;
}

/** One line for each answer. */
function textOf(outcomes: Outcomes): string {
  const situations = Object.entries(outcomes).map(([situation, answers]) => {
    const lines = Object.entries(answers).map(
      ([call, answer]) => `    ${JSON.stringify(call)}: ${JSON.stringify(answer)}`,
    );
    return `  ${JSON.stringify(situation)}: {\n${lines.join(',\n')}\n  }`;
  });
  return `{\n${situations.join(',\n')}\n}\n`;
}

describe.skipIf(!isOnPath(GODOT4))('Godot 4', () => {
  const scope = useScope();

  it('answers the calls of the API suite as it is recorded', async () => {
    const outcomes = JSON.parse(await playedByEngine(scope, writtenRows(scope))) as Outcomes;
    await expect(textOf(outcomes)).toMatchFileSnapshot('../golden/api-suite.json');
  });
});
