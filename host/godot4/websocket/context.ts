// Objects shared by all connections of a process: the core, the clock, and the queue of work for the end of the turn.

import { clock, sockets } from '#platform';
import { codec, core } from '../../codec/load.js';
import type { ConnectionContext } from '../../protocol/context.js';
import { TurnQueue } from '../../protocol/turn-queue.js';

// Sockets read directly into the memory where the core decodes.
sockets.useReadBuffer(core.window);

export const context: ConnectionContext = { core, codec, clock, turns: new TurnQueue(clock) };
