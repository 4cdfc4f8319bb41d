// Class "one policy": what a settings object says holds on every kind of server.
import { expect } from 'vitest';
import { attackServers } from '../helpers/attack.js';
import { OP } from '../helpers/raw-peer-frames.js';

attackServers(
  'one policy',
  'protocols and headers of the settings are in the answer',
  { supported_protocols: ['game'], handshake_headers: ['X-Game: yes'] },
  async (stage) => {
    const meeting = await stage.meet();
    const answer = await meeting.open(['Sec-WebSocket-Protocol: chat, game']);
    expect(answer).toMatch(/\r\nSec-WebSocket-Protocol: game\r\n/);
    expect(answer).toMatch(/\r\nX-Game: yes\r\n/);
  },
);

attackServers('one policy', 'the settings give a heartbeat', { heartbeat_interval: 0.05 }, async (stage) => {
  const meeting = await stage.meet();
  await meeting.open();
  await stage.play(() => {
    meeting.send(OP.PONG); // whoever says nothing is dropped
    return meeting.raw.takeFrames().some(({ opcode }) => opcode === OP.PING);
  }, 'a ping');
});

attackServers('one policy', 'a change while listening holds for the next connection', {}, async (stage) => {
  await (await stage.meet()).open();
  stage.settings.allowed_hosts = ['game.example'];
  stage.settings.inbound_buffer_size = 100;
  const stranger = await stage.meet();
  stranger.raw.send(stranger.handshake());
  expect(await stranger.refusal()).toMatch(/^HTTP\/1\.1 403 /);
  const guest = await stage.meet();
  guest.raw.send(guest.handshake([], 'game.example'));
  await stage.play(() => guest.isOpen, 'an open connection');
  guest.send(OP.BINARY, 'x'.repeat(101));
  await stage.play(() => guest.raw.takeHead() !== null, 'the answer');
  expect(await guest.farewell()).toBe(1009);
});
