// What console.log shows of the classes that have a connection or listen: class, state, URL without secrets, queues,
// failure.
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocketClient, WebSocketServer } from '../../host/godot3/index.js';
import { TCPServer, UDSServer, WebSocketMultiplayerPeer, WebSocketPeer } from '../../host/index.js';
import { until } from '../helpers/game.js';
import { deafPort } from '../helpers/ports.js';
import { useReports } from '../helpers/reports.js';

useReports();
const made: { free(): void }[] = [];
afterEach(() => {
  for (const one of made.splice(0)) one.free();
});
function keep<T extends { free(): void }>(one: T): T {
  made.push(one);
  return one;
}

const ON_ONE_LINE = { breakLength: Number.POSITIVE_INFINITY, compact: true };
const shown = (one: unknown): string => inspect(one, ON_ONE_LINE);

describe('an object that does nothing yet shows', () => {
  it.each([
    [
      () => new WebSocketPeer(),
      "WebSocketPeer { state: 'CLOSED', url: '', available_packets: 0, unsent_bytes: 0, close_code: -1, failure: null }",
    ],
    [
      () => new WebSocketMultiplayerPeer(),
      "WebSocketMultiplayerPeer { status: 'DISCONNECTED', available_packets: 0, failure: null }",
    ],
    [() => new TCPServer(), 'TCPServer { is_listening: false, port: 0, available_connections: 0 }'],
    [() => new UDSServer(), 'UDSServer { is_listening: false, port: 0, available_connections: 0 }'],
    [
      () => new WebSocketClient(),
      "WebSocketClient { status: 'DISCONNECTED', url: '', id: 0, available_packets: 0, unsent_bytes: 0, failure: null }",
    ],
    [() => new WebSocketServer(), 'WebSocketServer { is_listening: false, port: 0, available_packets: 0 }'],
  ])('%s', (make, text) => {
    expect(shown(keep(make()))).toBe(text);
  });
});

describe('console.log of', () => {
  it('a peer whose connection failed shows why, and no secret', async () => {
    const peer = keep(new WebSocketPeer());
    const url = `ws://127.0.0.1:${await deafPort()}/path`;
    peer.connect_to_url(`${url.replace('//', '//me:secret@')}?token=secret`);
    expect(shown(peer)).toContain(`state: 'CONNECTING', url: '${url}'`);
    await until(() => {
      peer.poll();
      return peer.get_ready_state() === WebSocketPeer.STATE_CLOSED;
    }, 'the end');
    expect(shown(peer)).toMatch(/state: 'CLOSED', .* failure: \{ stage: 'connect', code: 'ECONNREFUSED',/);
    expect(shown(peer)).not.toContain('secret');
  });

  it('servers and clients of a multiplayer game shows their roles', () => {
    const server = keep(new WebSocketMultiplayerPeer());
    const client = keep(new WebSocketMultiplayerPeer());
    server.create_server(0, '127.0.0.1');
    client.create_client(`ws://me:secret@127.0.0.1:${server.get_local_port()}/`);
    expect(shown(server)).toContain(`{ role: 'server', status: 'CONNECTED', id: 1, port: ${server.get_local_port()},`);
    expect(shown(client)).toMatch(/\{ role: 'client', status: 'CONNECTING', id: 0, url: 'ws:\/\/127.0.0.1:\d+\/',/);
  });

  it('something deep inside another object, and of a prototype, is short', () => {
    const peer = keep(new WebSocketPeer());
    expect(inspect({ peer }, { depth: 0 })).toBe('{ peer: [WebSocketPeer] }');
    class Mine extends WebSocketPeer {}
    expect(shown(Mine.prototype)).not.toContain('state');
  });
});
