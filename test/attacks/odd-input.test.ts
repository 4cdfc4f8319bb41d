// Class "odd input": bytes without any sense, before and after the handshake.
import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import { attack } from '../helpers/attack.js';
import { bytesOf, OP } from '../helpers/raw-peer-frames.js';

const ROUNDS = 12;

/** The same for the same name, in every run. */
function oddBytes(name: string): Uint8Array {
  const parts = Array.from({ length: 8 }, (_, i) => createHash('sha512').update(`${name} ${i}`).digest());
  return Uint8Array.from(Buffer.concat(parts));
}

for (const when of ['before', 'after'] as const) {
  attack('odd input', `random bytes ${when} the handshake throw nothing, and others play on`, {}, async (stage) => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const meeting = await stage.meet();
      if (when === 'after') await meeting.open();
      meeting.raw.send(oddBytes(`${when} ${round}`));
      if (when === 'before') meeting.raw.send(bytesOf('\r\n\r\n'));
      for (let turn = 0; turn < 3; turn += 1) await stage.play(() => true, 'a turn');
      if (round % 2 === 0) meeting.raw.destroy();
      else meeting.raw.end();
      await stage.play(() => meeting.raw.isClosed, 'the end');
    }
    const guest = await stage.meet();
    await guest.open();
    guest.send(OP.TEXT, 'still here');
    expect(Buffer.from(await guest.packet()).toString()).toBe('still here');
  });
}
