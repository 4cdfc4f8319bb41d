// Class "empty continuations": frames without a byte, which never make progress.
import { expect } from 'vitest';
import { attack, expectTold } from '../helpers/attack.js';
import { concat } from '../helpers/memory-stream.js';
import { OP } from '../helpers/raw-peer-frames.js';

attack(
  'empty continuations',
  'empty frames count as frames and end with 1008',
  { max_message_fragments: 500 },
  async (stage) => {
    const meeting = await stage.meet();
    await meeting.open();
    meeting.send(OP.TEXT, '', { fin: false });
    meeting.raw.send(concat(new Array(600).fill(meeting.frame(OP.CONTINUATION, '', { fin: false }))));
    expect(await meeting.farewell()).toBe(1008);
    expectTold('empty continuations', stage);
  },
);
