// How connections of a real browser end: what servers hear of close codes, and servers that never answer.
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { TCPServer, WebSocketPeer } from '../../host/index.js';
import { makeSelfSigned } from '../helpers/certificates.js';
import { until } from '../helpers/game.js';
import { answerTo } from '../helpers/raw-peer-handshake.js';
import { BROWSER } from './lib/browsers.js';
import { inPage } from './lib/in-page.js';

const endings: (() => void)[] = [];
afterEach(() => {
  for (const end of endings.splice(0)) end();
});

/** A server that echoes, and writes down how each of its connections ends. */
function listener(): { origin: string; ends: [code: number, reason: string][] } {
  const server = new TCPServer();
  server.listen(0, '127.0.0.1');
  endings.push(() => server.stop());
  const ends: [number, string][] = [];
  server.connect('activity', () => {
    while (server.is_connection_available()) {
      const peer = new WebSocketPeer();
      peer.accept_stream(server.take_connection());
      peer.connect('activity', () => {
        peer.poll();
        while (peer.get_available_packet_count() > 0) peer.send(peer.get_packet());
        if (peer.get_ready_state() === WebSocketPeer.STATE_CLOSED) {
          ends.push([peer.get_close_code(), peer.get_close_reason()]);
        }
      });
      peer.poll();
    }
  });
  return { origin: `ws://127.0.0.1:${server.get_local_port()}`, ends };
}

/** A TCP server that answers the handshake, or not even that, and nothing else. */
async function mute(shakesHands: boolean): Promise<string> {
  const server = createServer((socket) => {
    endings.push(() => socket.destroy());
    socket.on('error', () => {});
    if (shakesHands) socket.once('data', (request) => socket.write(answerTo(request)));
    else socket.resume();
  });
  await new Promise<void>((go) => {
    server.listen(0, '127.0.0.1', go);
  });
  endings.push(() => server.close());
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it('the other side hears every code that a page may send, and the nearest for one that it may not', async () => {
  const { origin, ends } = listener();
  const script = `
    for (const [code, reason] of [[-1, ''], [1000, 'grüße'], [0, ''], [4321, 'mine'], [1001, 'away'], [70000, '']]) {
      const peer = await open();
      peer.close(code, reason);
      await until(peer, () => peer.get_ready_state() === WebSocketPeer.STATE_CLOSED);
    }
    return messages.length;`;
  expect(await inPage(script, { origin })).toBe(2);
  await until(() => ends.length === 6, 'all ends');
  expect(ends.toSorted()).toEqual(
    [
      [1000, 'grüße'],
      [0, ''],
      [4321, 'mine'],
      [4001, 'away'],
      [1000, ''],
      [3001, 'destroyed'],
    ].toSorted(),
  );
});

it('CLOSING ends with close_timeout, where the browser waits on', async () => {
  const script = `
    const peer = await open((one) => { one.close_timeout = 0.05; });
    peer.close();
    const state = peer.get_ready_state();
    await until(peer, () => peer.get_ready_state() === WebSocketPeer.STATE_CLOSED);
    return [state === WebSocketPeer.STATE_CLOSING, peer.get_close_code()];`;
  expect(await inPage(script, { origin: await mute(true) })).toEqual([true, -1]);
});

it('CONNECTING ends with handshake_timeout', async () => {
  const script = `
    const peer = new WebSocketPeer();
    peer.handshake_timeout = 0.05;
    const error = peer.connect_to_url('${await mute(false)}');
    await until(peer, () => peer.get_ready_state() === WebSocketPeer.STATE_CLOSED);
    return [error, peer.get_close_code()];`;
  expect(await inPage(script)).toEqual([0, -1]);
});

it('after close(-1) nothing of the old connection is heard on the new one', async () => {
  const { origin } = listener();
  const script = `
    const peer = await open();
    for (let count = 0; count < 50; count += 1) peer.send_text('old');
    peer.close(-1);
    const first = [peer.get_ready_state() === WebSocketPeer.STATE_CLOSED, peer.connect_to_url('${origin}')];
    await until(peer, () => peer.get_ready_state() === WebSocketPeer.STATE_OPEN);
    peer.send_text('new');
    await until(peer, () => peer.get_available_packet_count() > 0);
    return [...first, peer.get_available_packet_count(), text(peer.get_packet())];`;
  expect(await inPage(script, { origin })).toEqual([true, 0, 1, 'new']);
});

it('a secure page can not connect without TLS, and hears it at once or soon', async () => {
  const identity = await makeSelfSigned({ names: ['127.0.0.1'] });
  const script = `
    const peer = new WebSocketPeer();
    const error = peer.connect_to_url('ws://other.example/');
    await until(peer, () => peer.get_ready_state() === WebSocketPeer.STATE_CLOSED);
    return [error, peer.get_requested_url(), peer.get_close_code(), ...messages];`;
  const outcome = await inPage(script, { identity });
  const reason = expect.stringContaining('the browser refuses "ws://other.example/"');
  const failure = expect.stringContaining("can't connect to ws://other.example/: CONNECT_FAILED");
  if (BROWSER.title === 'WebKit') expect(outcome).toEqual([0, 'ws://other.example/', 1006, failure]);
  else expect(outcome).toEqual([1, '', -1, reason]);
});
