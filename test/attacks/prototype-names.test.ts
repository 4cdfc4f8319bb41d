// Class "prototype names": names that every JavaScript object has, as headers and subprotocols.
import { expect } from 'vitest';
import { attack, expectTold } from '../helpers/attack.js';

const NAMES = ['__proto__', 'constructor', 'hasOwnProperty', 'toString', 'valueOf'];

attack('prototype names', 'headers of such names are headers like any other', {}, async (stage) => {
  const meeting = await stage.meet();
  await meeting.open(NAMES.map((name) => `${name}: polluted`));
  expect(meeting.isOpen).toBe(true);
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(NAMES.map((name) => Reflect.get({}, name) === 'polluted')).not.toContain(true);
});

attack(
  'prototype names',
  'a subprotocol of such a name is not supported',
  { supported_protocols: ['game'] },
  async (stage) => {
    for (const name of NAMES) {
      const meeting = await stage.meet();
      meeting.raw.send(meeting.handshake([`Sec-WebSocket-Protocol: ${name}`]));
      expect(await meeting.refusal()).not.toContain(' 101 ');
    }
    expectTold('prototype names', stage);
  },
);
