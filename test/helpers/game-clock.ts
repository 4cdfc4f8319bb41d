// Clock for test files that replace the runtime's, but keep its sockets.
import { MemoryLoop } from './memory-stream-loop.js';

export const clock = new MemoryLoop();
