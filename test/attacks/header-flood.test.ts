// Class "header flood": more header lines than a handshake has, or fewer.
import { expect } from 'vitest';
import { attack, expectTold } from '../helpers/attack.js';

attack('header flood', 'more than 100 header lines are refused', {}, async (stage) => {
  const meeting = await stage.meet();
  meeting.raw.send(meeting.handshake(Array.from({ length: 101 }, (_, i) => `X-${i}: 1`)));
  const answer = await meeting.refusal();
  expect(answer.split('\r\n')[0]).toMatch(stage.role === 'server' ? /^HTTP\/1\.1 431 / : /^$/);
  expectTold('header flood', stage);
});

attack('header flood', 'a head without one of its headers is refused', {}, async (stage) => {
  const { length } = (await stage.meet()).handshakeLines();
  for (let missing = 1; missing < length; missing += 1) {
    const meeting = await stage.meet();
    const lines = meeting.handshakeLines();
    meeting.sendHead(lines.filter((_, i) => i !== missing));
    const answer = await meeting.refusal(() => {
      // Without Upgrade it is a request like any other to an HTTP server, which keeps its connection.
      if (meeting.raw.takeHead() !== null) meeting.raw.end();
    });
    expect(answer).not.toContain(' 101 ');
    expect(meeting.isOpen, lines[missing]).toBe(false);
  }
  expectTold('header flood', stage);
});
