// Class "extension parameters": offers and choices of extensions, well-formed or not.
import { expect } from 'vitest';
import { attackClients, attackServers, expectTold } from '../helpers/attack.js';
import { headerOf } from '../helpers/raw-peer-handshake.js';

const HEADER = 'Sec-WebSocket-Extensions';
const EXTENSIONS = [
  'permessage-deflate',
  'permessage-deflate; server_max_window_bits=999999999999999999999',
  'permessage-deflate; client_max_window_bits=-1; client_max_window_bits',
  'permessage-deflate; a="\\',
  ';;;,,,',
];

const ANSWER = 'permessage-deflate; server_no_context_takeover; client_no_context_takeover';
/** Wrong beside any that is right. */
const WRONG_PARAMETERS = [
  'server_max_window_bits=99',
  'server_max_window_bits=999999999999999999999',
  'server_max_window_bits=-1',
  'server_max_window_bits',
  'client_max_window_bits=07',
  'client_no_context_takeover=1',
  'server_no_context_takeover',
  '__proto__',
  'a="\\',
  ';;',
];
const WRONG = WRONG_PARAMETERS.map((parameter) => `${ANSWER}; ${parameter}`);
const ON = { compression_mode: 1 } as const;

attackServers('extension parameters', 'whatever is offered, the answer has no extension', {}, async (stage) => {
  for (const offer of EXTENSIONS) {
    const meeting = await stage.meet();
    const answer = await meeting.open([`Sec-WebSocket-Extensions: ${offer}`]);
    expect(answer.toLowerCase()).not.toContain('sec-websocket-extensions');
  }
});

attackClients(
  'extension parameters',
  'an answer with an extension is refused, and none is asked for',
  {},
  async (stage) => {
    for (const choice of EXTENSIONS) {
      const meeting = await stage.meet();
      expect(Buffer.from(meeting.request).toString().toLowerCase()).not.toContain('extensions');
      meeting.raw.send(meeting.handshake([`Sec-WebSocket-Extensions: ${choice}`]));
      expect(await meeting.refusal()).toBe('');
    }
    expectTold('extension parameters', stage);
  },
);

attackServers(
  'extension parameters',
  'compression on: an offer with a wrong parameter is passed over, the next one is taken',
  ON,
  async (stage) => {
    for (const offer of [...WRONG, ';;;,,,']) {
      const alone = await stage.meet();
      expect(headerOf(await alone.open([`${HEADER}: ${offer}`]), HEADER)).toBe('');
      const followed = await stage.meet();
      expect(headerOf(await followed.open([`${HEADER}: ${offer}, permessage-deflate`]), HEADER)).toBe(ANSWER);
    }
  },
);

attackClients(
  'extension parameters',
  'compression on: an answer with a wrong parameter is refused',
  ON,
  async (stage) => {
    for (const choice of [...WRONG, `${ANSWER}, ${ANSWER}`, 'permessage-deflate', 'x-mux']) {
      const meeting = await stage.meet();
      meeting.raw.send(meeting.handshake([`${HEADER}: ${choice}`]));
      expect(await meeting.refusal()).toBe('');
    }
    expectTold('extension parameters', stage);
  },
);
