// Class "extension parameters": offers and choices of extensions, well-formed or not.
import { expect } from 'vitest';
import { attackClients, attackServers, expectTold } from '../helpers/attack.js';

const EXTENSIONS = [
  'permessage-deflate',
  'permessage-deflate; server_max_window_bits=999999999999999999999',
  'permessage-deflate; client_max_window_bits=-1; client_max_window_bits',
  'permessage-deflate; a="\\',
  ';;;,,,',
];

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
