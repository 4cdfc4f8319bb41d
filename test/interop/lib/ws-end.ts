// The `ws` package as the other end of a connection: a socket that writes down what it hears, and the two ways of
// pairing it with a peer of this package.
import { createServer as createHttp } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type ClientOptions, type ServerOptions, WebSocket, WebSocketServer } from 'ws';
import { OK, WebSocketPeer } from '../../../host/index.js';
import { LivePeer, type Packet } from './live-peer.js';
import { LiveServer } from './live-server.js';
import { clientOptions, serverOptions, type Trust } from './trust.js';
import { type Scope, Watch } from './watch.js';

export class WsEnd extends Watch {
  readonly socket: WebSocket;
  packets: Packet[] = [];
  readonly pings: string[] = [];
  readonly pongs: string[] = [];
  /** What the other side closed with; -1 while open. */
  closeCode = -1;
  closeReason = '';
  /** What `ws` reports of a connection that did not come up. */
  failure = '';

  constructor(socket: WebSocket, scope: Scope) {
    super();
    this.socket = socket;
    scope.defer(() => socket.terminate());
    socket.on('open', () => this.noted());
    socket.on('message', (data: Buffer, isBinary) => {
      this.packets.push({ text: !isBinary, bytes: data });
      this.noted();
    });
    socket.on('ping', (data) => this.#note(() => this.pings.push(data.toString())));
    socket.on('pong', (data) => this.#note(() => this.pongs.push(data.toString())));
    socket.on('error', (error) => this.#note(() => (this.failure ||= error.message)));
    socket.on('close', (code, reason) => {
      this.closeCode = code;
      this.closeReason = reason.toString();
      this.noted();
    });
  }

  send({ text, bytes }: Packet): void {
    this.socket.send(bytes, { binary: !text });
  }

  async opened(): Promise<this> {
    await this.until(() => this.socket.readyState === WebSocket.OPEN || this.closeCode !== -1);
    if (this.closeCode !== -1) throw new Error(`ws closed instead of opening: ${this.failure}`);
    return this;
  }

  async closed(): Promise<{ code: number; reason: string }> {
    await this.until(() => this.closeCode !== -1);
    return { code: this.closeCode, reason: this.closeReason };
  }

  async received(count: number): Promise<Packet[]> {
    await this.until(() => this.packets.length >= count);
    return this.packets.splice(0, count);
  }

  #note(write: () => unknown): void {
    write();
    this.noted();
  }
}

export interface PairOptions {
  /** Settings of this package's peer. */
  readonly configure?: (peer: WebSocketPeer) => void;
  /** Of the ws client, or of what a ws server picks. */
  readonly wsProtocols?: readonly string[];
  readonly wsClient?: ClientOptions;
  readonly wsServer?: ServerOptions;
  /** Makes it wss. */
  readonly trust?: Trust | undefined;
}

export interface Pair {
  readonly ours: LivePeer;
  readonly ws: WsEnd;
}

/** A `ws` server; each connection is handed to `connected`. */
export async function serveWs(scope: Scope, options: PairOptions, connected: (end: WsEnd) => void): Promise<number> {
  const { trust, wsProtocols } = options;
  const http = trust === undefined ? createHttp() : createHttps({ key: trust.server.key, cert: trust.server.cert });
  const handleProtocols =
    wsProtocols === undefined
      ? undefined
      : (offered: Set<string>) => [...offered].find((name) => wsProtocols.includes(name)) ?? false;
  const server = new WebSocketServer({
    ...options.wsServer,
    ...(handleProtocols && { handleProtocols }),
    server: http,
  });
  server.on('connection', (socket) => connected(new WsEnd(socket, scope)));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  scope.defer(() => new Promise((resolve) => http.close(resolve)));
  scope.defer(() => server.close());
  return (http.address() as AddressInfo).port;
}

export function connectOurs(scope: Scope, port: number, { configure, trust }: PairOptions): LivePeer {
  const peer = new WebSocketPeer();
  configure?.(peer);
  const error = trust
    ? peer.connect_to_url(`wss://127.0.0.1:${port}/play?room=1`, clientOptions(trust))
    : peer.connect_to_url(`ws://127.0.0.1:${port}/play?room=1`);
  if (error !== OK) throw new Error(`connect_to_url: error ${error}`);
  return new LivePeer(peer, scope);
}

export function connectWs(scope: Scope, port: number, { trust, wsProtocols, wsClient }: PairOptions): WsEnd {
  const url = `${trust ? 'wss' : 'ws'}://127.0.0.1:${port}/play?room=1`;
  const ca = trust && { ca: trust.root };
  return new WsEnd(new WebSocket(url, [...(wsProtocols ?? [])], { ...wsClient, ...ca }), scope);
}

/** This package's client at a `ws` server. */
export async function ourClient(scope: Scope, options: PairOptions = {}): Promise<Pair> {
  let accept: (end: WsEnd) => void;
  const accepted = new Promise<WsEnd>((resolve) => {
    accept = resolve;
  });
  const port = await serveWs(scope, options, (end) => accept(end));
  const ours = await connectOurs(scope, port, options).opened();
  return { ours, ws: await accepted };
}

/** A `ws` client at this package's server. */
export async function ourServer(scope: Scope, options: PairOptions = {}): Promise<Pair> {
  const tls = options.trust && serverOptions(options.trust);
  const server = new LiveServer(scope, { configure: options.configure, tls });
  const ws = connectWs(scope, server.port, options);
  await ws.opened();
  const ours = await (await server.peer()).opened();
  return { ours, ws };
}
