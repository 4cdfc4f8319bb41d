// A server of this package for tests: TCPServer, StreamPeerTLS where wanted, and one LivePeer for each connection.
import { OK, StreamPeerTLS, TCPServer, type TLSOptions, WebSocketPeer } from '../../../host/index.js';
import { LivePeer } from './live-peer.js';
import { type Scope, Watch } from './watch.js';

export interface LiveServerOptions {
  /** Makes it a wss server. */
  readonly tls?: TLSOptions | undefined;
  /** Called for each new peer before it accepts the connection. */
  readonly configure?: ((peer: WebSocketPeer) => void) | undefined;
  readonly echoes?: boolean;
}

export class LiveServer extends Watch {
  readonly peers: LivePeer[] = [];
  readonly #server = new TCPServer();
  readonly #options: LiveServerOptions;
  readonly #scope: Scope;

  constructor(scope: Scope, options: LiveServerOptions = {}) {
    super();
    this.#options = options;
    this.#scope = scope;
    const error = this.#server.listen(0, '127.0.0.1');
    if (error !== OK) throw new Error(`listen: error ${error}`);
    scope.defer(() => this.#server.stop());
    this.#server.connect('activity', () => this.#accept());
  }

  get port(): number {
    return this.#server.get_local_port();
  }

  /** The peer of the connection that came as number `index`, once it is there. */
  async peer(index = 0): Promise<LivePeer> {
    await this.until(() => this.peers.length > index);
    return this.peers[index];
  }

  #accept(): void {
    for (let tcp = this.#server.take_connection(); tcp !== null; tcp = this.#server.take_connection()) {
      const peer = new WebSocketPeer();
      this.#options.configure?.(peer);
      const stream = this.#options.tls === undefined ? tcp : new StreamPeerTLS();
      if (stream instanceof StreamPeerTLS) stream.accept_stream(tcp, this.#options.tls as TLSOptions);
      const error = peer.accept_stream(stream);
      if (error !== OK) throw new Error(`accept_stream: error ${error}`);
      const live = new LivePeer(peer, this.#scope);
      live.echoes = this.#options.echoes ?? false;
      this.peers.push(live);
    }
    this.noted();
  }
}
