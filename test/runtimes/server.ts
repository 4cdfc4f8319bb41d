// The real server that the API suite meets: `ws` for WebSockets, this package for multiplayer, in the process of the
// test. What is asked of it stands in the path.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { MultiplayerPeer, set_error_handler, WebSocketMultiplayerPeer } from '../../host/index.js';
import { deafPort } from '../helpers/ports.js';

/** What a test of the suite is told: addresses, and the engine's records. */
export interface SuiteContext {
  readonly url: string;
  readonly multiplayerUrl: string;
  /** Nobody listens there. */
  readonly deaf: string;
}

const HABITS: Readonly<Record<string, (socket: WebSocket) => void>> = {
  '/echo': echo,
  '/compressed': echo,
  '/protocols': echo,
  '/farewell': farewell,
  '/greeted': (socket) => socket.once('message', () => farewell(socket)),
  '/cut': (socket) => socket.terminate(),
};

function farewell(socket: WebSocket): void {
  for (const word of ['one', 'two', 'three']) socket.send(word);
  socket.close(4002, 'that is all');
}

function echo(socket: WebSocket): void {
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
}

/** Runs `use` while the servers run. */
export async function withSuiteServer<Result>(use: (context: SuiteContext) => Promise<Result>): Promise<Result> {
  const http = createServer();
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => (offered.has('game-2') ? 'game-2' : false),
  });
  const compressing = new WebSocketServer({ noServer: true, perMessageDeflate: { threshold: 0 } });
  http.on('upgrade', (request, socket, head) => {
    const habit = HABITS[request.url ?? ''];
    if (habit === undefined) socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
    else (request.url === '/compressed' ? compressing : sockets).handleUpgrade(request, socket, head, habit);
  });
  set_error_handler(null); // any page may join
  const multiplayer = hostMultiplayer();
  try {
    const url = `ws://127.0.0.1:${await listening(http)}/`;
    const multiplayerUrl = `ws://127.0.0.1:${multiplayer.get_local_port()}/`;
    return await use({ url, multiplayerUrl, deaf: `ws://127.0.0.1:${await deafPort()}/` });
  } finally {
    multiplayer.close();
    set_error_handler(undefined);
    for (const socket of [...sockets.clients, ...compressing.clients]) socket.terminate();
    http.close();
  }
}

/** Answers everybody who speaks, and sends away whoever says goodbye. */
function hostMultiplayer(): WebSocketMultiplayerPeer {
  const host = new WebSocketMultiplayerPeer();
  host.create_server(0, '127.0.0.1');
  host.connect('activity', () => {
    host.poll();
    while (host.get_available_packet_count() > 0) {
      const id = host.get_packet_peer();
      const words = Buffer.from(host.get_packet()).toString();
      host.set_target_peer(id);
      if (words === 'goodbye') host.disconnect_peer(id);
      else host.put_packet(Buffer.from(`${id} said ${words}`));
    }
  });
  host.poll();
  if (host.get_connection_status() !== MultiplayerPeer.CONNECTION_CONNECTED) throw new Error('no multiplayer server');
  return host;
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
