// The runtime's alarms, as far as they are more than its timers.
import { afterEach, expect, it, vi } from 'vitest';
import { WebSocketPeer } from '../../host/index.js';
import { atTurnEnd as atTurnEndInPage } from '../../host/transport/browser/timers.js';
import { alarm } from '../../host/transport/node/timers.js';
import { pause } from '../helpers/game.js';
import { RawServer } from '../helpers/raw-peer.js';

afterEach(() => {
  vi.unstubAllGlobals();
});

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

it.each([
  ['by a message', globalThis.MessageChannel],
  ['by a timer where there are no message channels', undefined],
])('the end of a turn comes %s, in order', async (_, channel) => {
  vi.stubGlobal('MessageChannel', channel);
  const rung: string[] = [];
  await new Promise<void>((done) => {
    atTurnEndInPage(() => rung.push('first'));
    atTurnEndInPage(() => done(void rung.push('second')));
    rung.push('the turn itself');
  });
  expect(rung).toEqual(['the turn itself', 'first', 'second']);
});
