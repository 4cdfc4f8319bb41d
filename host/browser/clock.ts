// The time of a page, as deadlines ask for it: parts of the platform by name, since the whole of it is more than a page needs.

import { alarm, atTurnEnd } from '../transport/browser/timers.js';
import type { Clock } from '../transport/platform.js';

export const CLOCK: Clock = { now: () => performance.now(), atTurnEnd, alarm };
