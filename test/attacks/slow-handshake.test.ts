// Class "slow handshake": bytes that keep coming and never make a head.
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect } from 'vitest';
import { attackClients, attackServers, isTold, type Run } from '../helpers/attack.js';
import { until } from '../helpers/game.js';
import { bytesOf } from '../helpers/raw-peer-frames.js';
import type { ClientStage } from '../helpers/stage-clients.js';
import type { ServerStage } from '../helpers/stage-servers.js';

const SHOWN = 'a byte now and then does not move handshake_timeout';
/** More than the test can send: only the deadline ends the handshake. */
const LIMITS = { handshake_timeout: 0.2, max_handshake_size: 2 ** 30 };

const trickle: Run = async (stage) => {
  const meeting = await stage.meet();
  meeting.raw.send(bytesOf('HTTP/1.1 101 '));
  if (stage.role === 'server') meeting.raw.take();
  let sent = 0;
  const answer = await meeting.refusal(() => {
    meeting.raw.send(bytesOf('x'));
    sent += 1;
  });
  expect([answer.includes(' 101 '), meeting.isOpen]).toEqual([false, false]);
  expect(sent, 'bytes that kept coming').toBeGreaterThan(1);
  // The multiplayer classes drop in silence, as the engine does, who does not join in time.
  expect(stage.reports.errors.length === 0 || isTold('slow handshake', stage)).toBe(true);
};

attackServers('slow handshake', SHOWN, LIMITS, trickle);
attackClients('slow handshake', SHOWN, LIMITS, trickle);

const SILENCE = 'silence, before TLS where there is TLS, ends at handshake_timeout';

attackServers('slow handshake', SILENCE, LIMITS, async (stage) => {
  const meeting = await (stage as ServerStage).meetPlain();
  expect(await meeting.refusal()).toBe('');
});

attackClients('slow handshake', SILENCE, LIMITS, async (stage) => {
  const sockets: Socket[] = [];
  const server = createServer((socket) => sockets.push(socket.on('error', () => {})));
  stage.atEnd(() => server.close());
  server.listen(0, '127.0.0.1');
  await until(() => server.listening, 'a server');
  const client = stage as ClientStage;
  const { port } = server.address() as AddressInfo;
  const { seat } = client.dial(`${new URL(client.url).protocol}//localhost:${port}/`);
  await stage.play(() => sockets.length > 0, 'a connection');
  sockets[0]?.resume();
  await stage.play(() => sockets[0]?.destroyed === true, 'the end');
  expect(seat()).toBe(null);
});
