// Recorded behaviour of the engine in which time passes: real sockets, and a clock that the test moves.
import { vi } from 'vitest';
import { clock } from '../../helpers/game-clock.js';
import { runScenario } from '../../helpers/game-records.js';
import { DIFFERENCES } from './records/differences.js';
import { timeScenarios } from './records/time.js';

vi.mock('#platform', async () => {
  const { clock: real, ...parts } = await import('../../../host/transport/node/platform.js');
  const { now, alarm } = (await import('../../helpers/game-clock.js')).clock;
  return { ...parts, clock: { ...real, now, alarm } };
});

for (const scenario of timeScenarios(clock)) runScenario(scenario, DIFFERENCES);
