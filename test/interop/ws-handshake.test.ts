// The opening handshake between this package and `ws`: subprotocols, headers, extensions, and what is refused.
import { describe, expect, it } from 'vitest';
import { TLSOptions, WebSocketPeer } from '../../host/index.js';
import { useReports } from '../helpers/reports.js';
import { LivePeer } from './lib/live-peer.js';
import { LiveServer } from './lib/live-server.js';
import { summary, textOf } from './lib/payloads.js';
import { describeSides } from './lib/sides.js';
import { makeTrust, serverOptions } from './lib/trust.js';
import { useScope } from './lib/watch.js';
import { connectOurs, connectWs, serveWs } from './lib/ws-end.js';

const wanting =
  (...protocols: string[]) =>
  (peer: WebSocketPeer): void => {
    peer.supported_protocols = protocols;
  };

describeSides((open) => {
  it('§1.9 agrees on a subprotocol', async () => {
    const { ours, ws } = await open({ configure: wanting('chat', 'game'), wsProtocols: ['game', 'other'] });
    expect(ours.peer.get_selected_protocol()).toBe('game');
    expect(ws.socket.protocol).toBe('game');
  });

  it('§1.9 has none when nobody asks', async () => {
    const { ours, ws } = await open();
    expect(ours.peer.get_selected_protocol()).toBe('');
    expect(ws.socket.protocol).toBe('');
  });

  it('§9.1 talks without permessage-deflate to a ws that wants it', async () => {
    const { ours, ws } = await open({ wsClient: { perMessageDeflate: true }, wsServer: { perMessageDeflate: true } });
    expect(ws.socket.extensions).toBe('');
    const packet = textOf(20000);
    ours.send(packet);
    ws.send(packet);
    expect((await ours.received(1)).map(summary)).toEqual([summary(packet)]);
    expect((await ws.received(1)).map(summary)).toEqual([summary(packet)]);
  });
});

describe('§4.1 our client at a ws server', () => {
  const scope = useScope();
  useReports();

  it('refuses an answer without the subprotocol that it asked for', async () => {
    const port = await serveWs(scope, { wsProtocols: ['other'] }, () => {});
    const ours = connectOurs(scope, port, { configure: wanting('chat') });
    expect(await ours.closed()).toEqual({ code: -1, reason: '' });
  });

  it('sends handshake_headers and the path with its query', async () => {
    const seen: unknown[] = [];
    const verifyClient = ({
      req,
    }: {
      req: { url?: string | undefined; headers: Record<string, unknown> };
    }): boolean => {
      seen.push(req.url, req.headers['x-token']);
      return true;
    };
    const port = await serveWs(scope, { wsServer: { verifyClient } }, () => {});
    const configure = (peer: WebSocketPeer): void => {
      peer.handshake_headers = ['X-Token: secret'];
    };
    await connectOurs(scope, port, { configure }).opened();
    expect(seen).toEqual(['/play?room=1', 'secret']);
  });

  it('closes when ws answers with a status other than 101', async () => {
    const port = await serveWs(scope, { wsServer: { verifyClient: () => false } }, () => {});
    expect(await connectOurs(scope, port, {}).closed()).toEqual({ code: -1, reason: '' });
  });

  it('refuses a certificate that nobody vouches for', async () => {
    const trust = await makeTrust();
    const port = await serveWs(scope, { trust }, () => {});
    const peer = new WebSocketPeer();
    peer.connect_to_url(`wss://127.0.0.1:${port}/`);
    expect(await new LivePeer(peer, scope).closed()).toEqual({ code: -1, reason: '' });
  });

  it('takes any certificate with TLSOptions.client_unsafe', async () => {
    const trust = await makeTrust();
    const port = await serveWs(scope, { trust }, (end) => end.socket.send('hello'));
    const peer = new WebSocketPeer();
    peer.connect_to_url(`wss://127.0.0.1:${port}/`, TLSOptions.client_unsafe());
    const [packet] = await new LivePeer(peer, scope).received(1);
    expect(Buffer.from(packet.bytes).toString()).toBe('hello');
  });
});

describe('§4.2 a ws client at our server', () => {
  const scope = useScope();
  useReports();

  it.each([
    ['that offers other subprotocols', ['chat'], ['other']],
    ['that offers a subprotocol where there is none', [], ['chat']],
    ['that offers none where one is needed', ['chat'], []],
  ])('is refused with a status: one %s', async (_title, supported, wsProtocols) => {
    const server = new LiveServer(scope, { configure: wanting(...supported) });
    const ws = connectWs(scope, server.port, { wsProtocols });
    await ws.closed();
    expect(ws.failure).toBe('Unexpected server response: 400');
    expect((await (await server.peer()).closed()).code).toBe(-1);
  });

  it('§4.2.2 picks the first subprotocol of the client that the server has', async () => {
    const server = new LiveServer(scope, { configure: wanting('a', 'b', 'c') });
    const ws = await connectWs(scope, server.port, { wsProtocols: ['x', 'c', 'a'] }).opened();
    expect(ws.socket.protocol).toBe('c');
  });

  it('shows its request as get_requested_url, and hears our handshake_headers', async () => {
    const configure = (peer: WebSocketPeer): void => {
      peer.handshake_headers = ['X-Server: ours'];
    };
    const server = new LiveServer(scope, { configure });
    const ws = connectWs(scope, server.port, {});
    const headers = new Promise((resolve) =>
      ws.socket.on('upgrade', (response) => resolve(response.headers['x-server'])),
    );
    await ws.opened();
    expect(await headers).toBe('ours');
    const { peer } = await (await server.peer()).opened();
    expect(peer.get_requested_url()).toBe(`ws://127.0.0.1:${server.port}/play?room=1`);
  });

  it('that distrusts our certificate ends the connection at once, without waiting for handshake_timeout', async () => {
    const configure = (peer: WebSocketPeer): void => {
      peer.handshake_timeout = 0;
    };
    const server = new LiveServer(scope, { tls: serverOptions(await makeTrust()), configure });
    const ws = connectWs(scope, server.port, { trust: await makeTrust() });
    await ws.closed();
    expect(ws.failure).toMatch(/certificate|signature/);
    expect((await (await server.peer()).closed()).code).toBe(-1);
  });
});
