// What the entry for clusters takes along: nothing of NATS, and node:cluster only for who needs it.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NatsConnection as Real } from '@nats-io/transport-node';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { NatsConnection } from '../../host/cluster/nats-client.js';
import { fromRoot, isBuilt } from '../helpers/programs.js';

/** What Node prints when it runs `script` in the package's folder. */
function printed(script: string): string {
  const flags = ['--input-type=module', '--eval', script];
  const { stdout, stderr } = spawnSync(process.execPath, flags, { cwd: fromRoot('.'), encoding: 'utf8' });
  return `${stdout}${stderr}`;
}

const LOADED = 'process.moduleLoadList.filter((name) => /NativeModule cluster/.test(name)).length';

const programs: [title: string, script: string, loaded: string][] = [
  ['the entry', "await import('websocketpeer/cluster');", '0'],
  ['MemoryBroker', "new (await import('websocketpeer/cluster')).MemoryBroker();", '0'],
  ['ClusterBroker', "new (await import('websocketpeer/cluster')).ClusterBroker();", '1'],
];

describe.skipIf(!isBuilt)('websocketpeer/cluster', () => {
  it.each(programs)('%s: node:cluster is loaded by who needs it alone', (_, script, loaded) => {
    expect(printed(`${script} console.log(${LOADED});`)).toBe(`${loaded}\n`);
  });

  it('names the packages of NATS in import() alone, in one place of the bundles', () => {
    const folder = fromRoot('dist/esm');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.js'));
    const uses = files.flatMap((path) => {
      const text = readFileSync(join(folder, path), 'utf8');
      return [...text.matchAll(/["'`](@nats-io\/[\w-]+)["'`]/g)].map(({ index, 1: name }) => {
        return [path, name, /import\(\s*(\/\*.*?\*\/\s*)?$/.test(text.slice(index - 60, index))];
      });
    });
    expect(uses).toEqual([
      [expect.stringMatching(/^cluster/), '@nats-io/transport-node', true],
      [expect.stringMatching(/^cluster/), '@nats-io/kv', true],
    ]);
  });

  it('is declared without the packages of NATS', () => {
    const folder = fromRoot('dist/host/cluster');
    const texts = readdirSync(folder)
      .filter((path) => path.endsWith('.d.ts'))
      .map((path) => readFileSync(join(folder, path), 'utf8'));
    expect(texts.filter((text) => /(from|import\()\s*['"]@nats-io/.test(text))).toEqual([]);
  });
});

describe('NatsConnection', () => {
  it('is what a real connection is', () => {
    expectTypeOf<Real>().toExtend<NatsConnection>();
  });
});
