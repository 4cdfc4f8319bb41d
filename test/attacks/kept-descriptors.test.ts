// Class "kept descriptors": sockets that stay after an orderly close, until none is left.
import { existsSync, readdirSync } from 'node:fs';
import { expect } from 'vitest';
import { LINGER_MS } from '../../host/transport/byte-stream.js';
import { attack } from '../helpers/attack.js';
import { closeBody, OP } from '../helpers/raw-peer-frames.js';

const TABLE = '/proc/self/fd';
const CONNECTIONS = 10;

const descriptors = (): number => readdirSync(TABLE).length;

attack('kept descriptors', 'an orderly close frees the socket at once', {}, async (stage) => {
  if (!existsSync(TABLE)) return; // only Linux lists them
  await (await stage.meet()).open();
  const before = descriptors();
  for (let connection = 0; connection < CONNECTIONS; connection += 1) {
    const meeting = await stage.meet();
    await meeting.open();
    meeting.send(OP.CLOSE, closeBody(1000));
    expect(await meeting.farewell()).toBe(1000);
    meeting.raw.end();
  }
  const polls = stage.polls;
  await stage.play(() => descriptors() <= before, 'free descriptors');
  // A poll a millisecond at the most: so many are made only in a time in which sockets that linger were freed, too.
  expect(stage.polls - polls).toBeLessThan(LINGER_MS / 4);
});
