// Class "caller injection": line breaks in what the game itself passes on, such as the name that a player chose.
import { expect } from 'vitest';
import { attackClients, attackServers, expectTold } from '../helpers/attack.js';
import type { ClientStage } from '../helpers/stage-clients.js';

const LINES = [
  'X: a\r\nX-Evil: yes',
  'X: a\nX-Evil: yes',
  'X: a\0',
  'X : a',
  'Sec-WebSocket-Accept: x',
  'Connection: x',
];
const PROTOCOLS = ['a\r\nX-Evil: yes', 'a b', 'a,b', ''];

attackServers('caller injection', 'lines that would begin another line are never sent', {}, async (stage) => {
  for (const line of LINES) {
    stage.settings.handshake_headers = [line];
    const meeting = await stage.meet();
    meeting.raw.send(meeting.handshake());
    expect(await meeting.refusal(), line).not.toContain('X-Evil');
    expect(meeting.isOpen).toBe(false);
  }
  expectTold('caller injection', stage);
});

attackClients('caller injection', 'such URLs, lines and protocols fail before a byte is sent', {}, async (stage) => {
  const client = stage as ClientStage;
  for (const url of ['/a\r\nX-Evil: yes', '/?a\nX-Evil: yes', '\r\nX-Evil: yes/'].map((end) => client.url + end)) {
    // Godot's URLs may hold them, percent-encoded in the request.
    if (client.dial(url).error !== 0) continue;
    let head: Uint8Array | null = null;
    let raw = client.take();
    await stage.play(() => {
      raw ??= client.take();
      head ??= raw?.takeHead() ?? null;
      return head !== null;
    }, 'the request');
    expect(Buffer.from(head ?? []).toString(), url).not.toMatch(/^X-Evil/m);
  }
  for (const line of [...LINES.slice(0, 4), 'Host: x']) {
    stage.settings.handshake_headers = [line];
    expect(client.dial().error, line).not.toBe(0);
  }
  stage.settings.handshake_headers = [];
  for (const protocol of PROTOCOLS) {
    stage.settings.supported_protocols = [protocol];
    expect(client.dial().error, protocol).not.toBe(0);
  }
  expectTold('caller injection', stage);
});
