// Class "announced bytes": connections that announce a message and never send it.
import { expect } from 'vitest';
import { attack } from '../helpers/attack.js';
import { pause } from '../helpers/game.js';
import { OP } from '../helpers/raw-peer-frames.js';
import type { Meeting } from '../helpers/stage.js';

const CONNECTIONS = 60;
const ANNOUNCED = 60_000;

attack('announced bytes', 'many headers of messages that never come take no memory', {}, async (stage) => {
  const meetings: Meeting[] = [];
  for (let connection = 0; connection < CONNECTIONS; connection += 1) {
    const meeting = await stage.meet();
    await meeting.open();
    meetings.push(meeting);
  }
  const before = process.memoryUsage().arrayBuffers;
  for (const meeting of meetings) meeting.send(OP.BINARY, 'x', { announced: BigInt(ANNOUNCED) });
  for (let turn = 0; turn < 50; turn += 1) {
    stage.poll();
    await pause();
  }
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan((CONNECTIONS * ANNOUNCED) / 3);
});
