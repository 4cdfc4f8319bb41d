// Class "endless message": fragments for ever, none of them the last.
import { expect } from 'vitest';
import { attack, expectTold } from '../helpers/attack.js';
import { OP } from '../helpers/raw-peer-frames.js';

attack(
  'endless message',
  'fragments that keep coming do not move message_timeout',
  { message_timeout: 0.2 },
  async (stage) => {
    const meeting = await stage.meet();
    await meeting.open();
    meeting.send(OP.TEXT, 'begun', { fin: false });
    let sent = 0;
    const code = await meeting.farewell(() => {
      if (sent > 1000) return; // well below inbound_buffer_size
      meeting.send(OP.CONTINUATION, '.', { fin: false });
      sent += 1;
    });
    expect([code, sent > 1]).toEqual([1008, true]);
    expectTold('endless message', stage);
  },
);
