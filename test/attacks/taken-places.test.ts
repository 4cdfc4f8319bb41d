// Class "taken places": one address that fills all places on the way in.
import { expect } from 'vitest';
import { attackServers, expectTold } from '../helpers/attack.js';

attackServers(
  'taken places',
  'silent connections without end keep nobody out',
  { max_pending_handshakes: 8 },
  async (stage) => {
    for (let connection = 0; connection < 20; connection += 1) await stage.meet();
    const guest = await stage.meet();
    await guest.open();
    expect(guest.isOpen).toBe(true);
  },
);

attackServers(
  'taken places',
  'more connections of one address than allowed are refused with 429',
  { max_connections_per_address: 2 },
  async (stage) => {
    for (let connection = 0; connection < 2; connection += 1) await (await stage.meet()).open();
    const further = await stage.meet();
    further.raw.send(further.handshake());
    expect(await further.refusal()).toMatch(/^(HTTP\/1\.1 429 |$)/);
    expect(further.isOpen).toBe(false);
    expectTold('taken places', stage);
  },
);
