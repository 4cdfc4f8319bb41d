// The program in docs/godot3.md, run as it stands against the built package.
import { describe, expect, it } from 'vitest';
import { until } from '../helpers/game.js';
import { answer, isBuilt, programsOf, usePrograms } from '../helpers/programs.js';

const [server] = programsOf('docs/godot3.md');
const programs = usePrograms();

describe.skipIf(!isBuilt)('docs/godot3.md', () => {
  it('has a server that answers', async () => {
    const { port, out } = await programs.run(server);
    const peer = await programs.opened(port);
    peer.send(Buffer.from('hello'));
    expect(await answer(peer)).toBe('hello');
    await until(() => out().includes('is here'), 'its line');
  });
});
