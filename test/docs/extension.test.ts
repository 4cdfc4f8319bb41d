// The program in docs/extension.md, run as it stands against the built package.
import { describe, expect, it } from 'vitest';
import { describeApi } from '../../host/extension/index.js';
import { until } from '../helpers/game.js';
import { isBuilt, programsOf, usePrograms } from '../helpers/programs.js';

const [program] = programsOf('docs/extension.md');
const programs = usePrograms();

describe.skipIf(!isBuilt)('docs/extension.md', () => {
  it('registers every class with an engine, and takes them away', async () => {
    const { out } = await programs.run(program);
    await until(() => out().includes('left'), 'the end');
    const [of4, of3] = (['4.6', '3.6'] as const).map((profile) => describeApi(profile).classes.length);
    expect(out().split('\n')).toEqual([
      `${of4} classes of 4.6, ${of3} of 3.6`,
      'WebSocketPeer is a PacketPeer that polls',
      '0 classes are left',
      '',
    ]);
  });
});
