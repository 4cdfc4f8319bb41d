// The first program in docs/streams.md, run as it stands against the built package. Those for a page and its worker run in
// test/browser/docs.test.ts.
import { describe, expect, it } from 'vitest';
import { until } from '../helpers/game.js';
import { isBuilt, programsOf, usePrograms } from '../helpers/programs.js';

const [streams] = programsOf('docs/streams.md');
const programs = usePrograms();

describe.skipIf(!isBuilt)('docs/streams.md', () => {
  it('has a WebSocket over a message port, and packets in memory', async () => {
    const { out } = await programs.run(streams);
    await until(() => out().includes('over a port'), 'the port');
    expect(out()).toBe('out of a buffer: a packet\nover a port: hello\n');
  });
});
