// The page's clock for deadlines. It imports single functions of the platform, since a page does not need all of it.

import { alarm, atTurnEnd } from '../transport/browser/timers.js';
import type { Clock } from '../transport/platform.js';

export const CLOCK: Clock = { now: () => performance.now(), atTurnEnd, alarm };
