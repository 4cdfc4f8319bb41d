// Objects that connections share: the core, the codec, the clock, and the queue of tasks at the end of the turn.
import type { Codec } from '../codec/codec.js';
import type { Core } from '../codec/core.js';
import type { Clock } from '../transport/platform.js';
import type { TurnQueue } from './turn-queue.js';

export interface ConnectionContext {
  readonly core: Core;
  readonly codec: Pick<Codec, 'encodeFrame'>;
  readonly clock: Clock;
  readonly turns: TurnQueue;
}
