// The clock of a test file that replaces the runtime's, but keeps its sockets.
import { MemoryLoop } from './memory-stream-loop.js';

export const clock = new MemoryLoop();
