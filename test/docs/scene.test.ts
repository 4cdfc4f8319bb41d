// The programs in docs/scene.md, run as they stand against the built package.
import { describe, expect, it } from 'vitest';
import { until } from '../helpers/game.js';
import { isBuilt, programsOf, usePrograms } from '../helpers/programs.js';

const [tree, calls] = programsOf('docs/scene.md');

describe.skipIf(!isBuilt)('docs/scene.md', () => {
  const programs = usePrograms();

  it('shows what a tree does', async () => {
    const { out } = await programs.run(tree);
    await until(() => out().split('\n').length > 3, 'three lines');
    expect(out()).toBe('/root/House/Door is ready\ntrue\n0\n');
  });

  it('declares calls', async () => {
    const { out } = await programs.run(calls);
    await until(() => out().split('\n').length > 3, 'three lines');
    expect(out().trim().split('\n').sort()).toEqual([
      'announced: welcome',
      'client hears: hello',
      'server hears: hello',
    ]);
  });
});
