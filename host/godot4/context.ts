// What all connections of a process share: the core, the runtime, and the end of the turn. Wiring only.

import { clock, sockets } from '#platform';
import { codec, core } from '../codec/load.js';
import type { ConnectionContext } from '../protocol/context.js';
import { TurnQueue } from '../protocol/turn-queue.js';

// Sockets read straight into the memory where the core decodes.
sockets.useReadBuffer(core.window);

export const context: ConnectionContext = { core, codec, clock, turns: new TurnQueue(clock) };
