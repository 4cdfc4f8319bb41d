// The layout of the description with words, held against what the engine itself writes with its documentation.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ApiClass, type ExtensionApi, extension_api } from '../../host/extension/index.js';
import { GODOT4, isOnPath } from './lib/engine-process.js';

/** What `--dump-extension-api-with-docs` writes. */
function dumpOfEngine(): ExtensionApi {
  const directory = mkdtempSync(join(tmpdir(), 'websocketpeer-'));
  try {
    execFileSync(GODOT4.command, ['--headless', '--dump-extension-api-with-docs'], { cwd: directory, timeout: 60_000 });
    return JSON.parse(readFileSync(join(directory, 'extension_api.json'), 'utf8')) as ExtensionApi;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Where the words stand in an entry: its last keys, or none. */
const placeOf = (entry: object): string[] => {
  const keys = Object.keys(entry);
  const first = keys.findIndex((key) => key === 'brief_description' || key === 'description');
  return first < 0 ? [] : keys.slice(first);
};

/** The place of the words in a class and each of its members, by paths. */
function layoutOf(one: ApiClass): Map<string, string[]> {
  const layout = new Map([['', placeOf(one)]]);
  for (const list of ['methods', 'properties', 'signals', 'constants', 'enums'] as const) {
    for (const member of one[list] ?? []) {
      layout.set(`${list} ${member.name}`, placeOf(member));
      const { values = [] } = member as { values?: readonly { name: string }[] };
      for (const value of values) layout.set(`value ${value.name}`, placeOf(value));
    }
  }
  return layout;
}

describe.skipIf(!isOnPath(GODOT4))('Godot 4', () => {
  it('has words where `extension_api` has some, and none where that has none', () => {
    const engine = dumpOfEngine();
    const theirs = new Map(engine.classes.map((one) => [one.name, layoutOf(one)]));
    const ours = extension_api.classes.filter(({ name }) => theirs.has(name));
    expect(ours.length).toBeGreaterThan(20);
    for (const one of ours) {
      for (const [path, place] of layoutOf(one)) {
        const there = theirs.get(one.name)?.get(path);
        if (there !== undefined) expect([one.name, path, place]).toEqual([one.name, path, there]);
      }
    }
    const errorsOf = (api: ExtensionApi) => api.global_enums.find(({ name }) => name === 'Error')?.values.map(placeOf);
    expect(errorsOf(extension_api)).toEqual(errorsOf(engine));
  }, 90_000);
});
