// Classes "cross-site hijacking" and "one policy": pages and names that may not connect, on every kind of server.
import { expect } from 'vitest';
import { attackServers, expectTold } from '../helpers/attack.js';

const LISTED = { allowed_origins: ['https://game.example'], allowed_hosts: ['game.example'] };

for (const [what, host, origin] of [
  ['a page that is not listed', 'game.example', 'https://evil.example'],
  ['a page in a frame without an origin', 'game.example', 'null'],
  ['a page of the same name in plain text', 'game.example', 'http://game.example'],
  ['a name that leads here by DNS rebinding', 'rebound.example', 'https://game.example'],
] as const) {
  attackServers('cross-site hijacking', `${what} gets 403`, LISTED, async (stage) => {
    const meeting = await stage.meet();
    meeting.raw.send(meeting.handshake([`Origin: ${origin}`], host));
    expect(await meeting.refusal()).toMatch(/^HTTP\/1\.1 403 /);
    expectTold('cross-site hijacking', stage);
  });
}

attackServers(
  'cross-site hijacking',
  'a page that is listed may connect, and so may a client without a page',
  LISTED,
  async (stage) => {
    for (const headers of [['Origin: https://game.example'], []]) {
      const meeting = await stage.meet();
      meeting.raw.send(meeting.handshake(headers, 'game.example:9080'));
      await stage.play(() => meeting.isOpen, 'an open connection');
    }
  },
);
