// The runtime's alarms, as far as they are more than its timers.
import { expect, it } from 'vitest';
import { WebSocketPeer } from '../host/index.js';
import { alarm } from '../host/transport/node/timers.js';
import { pause } from './helpers/game.js';
import { RawServer } from './helpers/raw-peer.js';

it.each([2 ** 31, 1e12, Number.MAX_SAFE_INTEGER])('an alarm in %d ms does not ring at once', async (delay) => {
  let rung = false;
  const { cancel } = alarm(delay, () => {
    rung = true;
  });
  await pause(10);
  cancel();
  expect(rung).toBe(false);
});

it('a time limit of months is no limit of a moment', async () => {
  const silent = await RawServer.listen();
  const peer = new WebSocketPeer();
  peer.handshake_timeout = 1e7;
  peer.connect_to_url(`ws://127.0.0.1:${silent.port}`);
  await pause(20);
  peer.poll();
  await pause(5);
  peer.poll();
  expect(peer.get_ready_state()).toBe(WebSocketPeer.STATE_CONNECTING);
  peer.free();
  silent.close();
});
