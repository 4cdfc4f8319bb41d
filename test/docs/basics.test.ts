// The programs in docs/basics.md, run as they stand against the built package.
import { describe, expect, it } from 'vitest';
import { until } from '../helpers/game.js';
import { answer, isBuilt, programsOf, usePrograms } from '../helpers/programs.js';

const [echo, signals, errors, settings] = programsOf('docs/basics.md');
const programs = usePrograms();

describe.skipIf(!isBuilt)('docs/basics.md', () => {
  it('answers when activity says that something has come, text as text', async () => {
    const { port } = await programs.run(echo);
    const peer = await programs.opened(port);
    peer.send_text('hello');
    expect(await answer(peer)).toBe('hello');
    expect(peer.was_string_packet()).toBe(true);
    peer.send(Buffer.from('bytes'));
    expect(await answer(peer)).toBe('bytes');
    expect(peer.was_string_packet()).toBe(false);
  });

  it.each([
    ['waits for signals', signals, ['open', 'closed 1000']],
    [
      'is told why a call failed',
      errors,
      [
        'error: connect_to_url: the scheme "http" is not "ws" or "wss" (no connection)',
        'Invalid parameter',
        'TypeError url must be a string, got 80',
      ],
    ],
    ['shares settings', settings, ['30 16384']],
  ])('%s', async (_, program, lines) => {
    const { out } = await programs.run(program);
    await until(() => out().split('\n').length > lines.length, 'the lines');
    expect(out()).toBe(`${lines.join('\n')}\n`);
  });
});
