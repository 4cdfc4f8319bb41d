// What Godot 4 does with a transport in GDScript, as it is recorded for ours; `vitest -u` records it anew.
import { describe, expect, it } from 'vitest';
import { EXTENSION_RECORD, type ExtensionRecord } from '../helpers/extension-twin.js';
import { EngineProcess, GODOT4, isOnPath } from './lib/engine-process.js';
import { type Scope, useScope } from './lib/watch.js';

const MARK = 'extension ';

function playedByEngine(scope: Scope): Promise<ExtensionRecord> {
  const args = GODOT4.args.map((argument) => argument.replace('remote4', 'extension4'));
  return new Promise((resolve, reject) => {
    const hear = (line: string): void => {
      if (line.startsWith(MARK)) resolve(JSON.parse(line.slice(MARK.length)) as ExtensionRecord);
    };
    const engine = new EngineProcess({ ...GODOT4, args }, 0, hear, reject);
    scope.defer(() => engine.kill());
  });
}

/** One line for each call, and for each line of the game. */
function textOf({ calls, scene }: ExtensionRecord): string {
  const list = (items: readonly unknown[]): string => items.map((item) => `    ${JSON.stringify(item)}`).join(',\n');
  return `{\n  "calls": [\n${list(calls)}\n  ],\n  "scene": [\n${list(scene)}\n  ]\n}\n`;
}

describe.skipIf(!isOnPath(GODOT4))('Godot 4', () => {
  const scope = useScope();

  it('calls a MultiplayerPeerExtension, and plays over it, as it is recorded', async () => {
    await expect(textOf(await playedByEngine(scope))).toMatchFileSnapshot(EXTENSION_RECORD.pathname);
  });
});
