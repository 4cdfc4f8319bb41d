// Class "smuggling": heads that two programs read in two ways.
import { expect } from 'vitest';
import { attackClients, attackServers, expectTold } from '../helpers/attack.js';
import type { Meeting } from '../helpers/stage.js';

type Change = (lines: string[], text: string) => string;

const whole = (lines: readonly string[]): string => `${lines.join('\r\n')}\r\n\r\n`;
const withLine =
  (line: string): Change =>
  (lines) =>
    whole([...lines, line]);

const COMMON: readonly (readonly [what: string, change: Change])[] = [
  ['a bare LF', (_, text) => text.replace('\r\nUpgrade', '\nUpgrade')],
  ['a bare CR', (_, text) => text.replace('\r\nUpgrade', '\rUpgrade')],
  ['a folded header', withLine('X: a\r\n b')],
  ['a blank before the colon', withLine('Content-Length : 0')],
  ['a body by length', withLine('Content-Length: 5')],
  ['a chunked body', withLine('Transfer-Encoding: chunked')],
  ['a NUL in a header', withLine('X: a\0b')],
];

const REQUESTS: typeof COMMON = [
  ...COMMON,
  ['another method', (_, text) => text.replace('GET', 'POST')],
  ['HTTP/1.0', (_, text) => text.replace('HTTP/1.1', 'HTTP/1.0')],
  ['two hosts', withLine('Host: other.example')],
  ['a second key', withLine('Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==')],
];

const ANSWERS: typeof COMMON = [
  ...COMMON,
  ['another status', (_, text) => text.replace('101', '200')],
  ['HTTP/1.0', (_, text) => text.replace('HTTP/1.1', 'HTTP/1.0')],
  ['a second key', withLine('Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=')],
];

function changed(meeting: Meeting, change: Change): Uint8Array {
  const lines = meeting.handshakeLines();
  const text = change(lines, whole(lines));
  expect(text).not.toBe(whole(meeting.handshakeLines()));
  return Buffer.from(text, 'latin1');
}

attackServers(
  'smuggling',
  'a request that can be read in two ways is refused, and nothing behind it is read',
  {},
  async (stage) => {
    for (const [what, change] of REQUESTS) {
      const meeting = await stage.meet();
      const second = meeting.handshake();
      meeting.raw.send(changed(meeting, change), second, second);
      const answer = await meeting.refusal();
      expect(answer, what).not.toContain(' 101 ');
      expect(answer.split('HTTP/1.1 ').length, what).toBeLessThanOrEqual(2);
    }
    expectTold('smuggling', stage);
  },
);

attackClients(
  'smuggling',
  'an answer that can be read in two ways is refused, and the client says nothing more',
  {},
  async (stage) => {
    for (const [what, change] of ANSWERS) {
      const meeting = await stage.meet();
      meeting.raw.send(changed(meeting, change), meeting.handshake());
      expect(await meeting.refusal(), what).toBe('');
    }
    expectTold('smuggling', stage);
  },
);
