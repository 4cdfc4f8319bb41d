// Godot 3's classes driven by nothing but `activity`, when what they have to tell comes together with the handshake's end.
import { afterEach, describe, expect, it } from 'vitest';
import { Signal, WebSocketClient, WebSocketServer } from '../../host/godot3/index.js';
import { until } from '../helpers/game.js';
import { RawPeer, RawServer } from '../helpers/raw-peer.js';
import { closeBody, frame } from '../helpers/raw-peer-frames.js';
import { answerTo, requestFor } from '../helpers/raw-peer-handshake.js';
import { useReports } from '../helpers/reports.js';

useReports();
const endings: (() => void)[] = [];
afterEach(() => {
  for (const ending of endings.splice(0).reverse()) ending();
});

/** Writes down each signal, once `player` polls at nothing but its news. */
function runByNews(player: WebSocketClient | WebSocketServer, signals: readonly string[]): string[] {
  const heard: string[] = [];
  endings.push(() => player.free());
  for (const signal of signals) new Signal(player, signal).connect(() => heard.push(signal));
  player.activity.connect(() => player.poll());
  return heard;
}

describe.each([
  ['a message', (masked: boolean) => [frame(2, [1], { masked })], ['data_received']],
  [
    'a message and a close frame',
    (masked: boolean) => [frame(2, [1], { masked }), frame(8, closeBody(1000), { masked })],
    ['data_received', 'close_request', 'closed'],
  ],
  ['a close frame', (masked: boolean) => [frame(8, closeBody(1000), { masked })], ['close_request', 'closed']],
])('%s that comes with the end of the handshake', (_what, frames, expected) => {
  it('is told by a client', async () => {
    const server = await RawServer.listen();
    endings.push(() => server.close());
    const client = new WebSocketClient();
    const names = {
      data_received: 'data_received',
      close_request: 'server_close_request',
      closed: 'connection_closed',
    };
    const heard = runByNews(client, ['connection_established', ...Object.values(names)]);
    client.connect_to_url(`ws://127.0.0.1:${server.port}/`);
    let raw: RawPeer | null = null;
    let head: Uint8Array | null = null;
    await until(() => {
      raw ??= server.take();
      head ??= raw?.takeHead() ?? null;
      return head !== null;
    }, 'the request');
    (raw as unknown as RawPeer).send(answerTo(head as unknown as Uint8Array), ...frames(false));
    await until(() => heard.length > expected.length, 'the signals');
    expect(heard).toEqual(['connection_established', ...expected.map((name) => names[name as keyof typeof names])]);
  });

  it('is told by a server', async () => {
    const server = new WebSocketServer();
    server.bind_ip = '127.0.0.1';
    const names = {
      data_received: 'data_received',
      close_request: 'client_close_request',
      closed: 'client_disconnected',
    };
    const heard = runByNews(server, ['client_connected', ...Object.values(names)]);
    server.listen(0);
    const raw = await RawPeer.connect(server.get_local_port());
    endings.push(() => raw.destroy());
    raw.send(requestFor(), ...frames(true));
    await until(() => heard.length > expected.length, 'the signals');
    expect(heard).toEqual(['client_connected', ...expected.map((name) => names[name as keyof typeof names])]);
  });
});
