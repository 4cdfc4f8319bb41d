// How WebSocketPeer's connections begin: over the network, or over a stream that is there already. What becomes of them
// is told in web-socket-peer.ts.
import { requireBytes, requireInstance, requireString, wrongType } from '../binding/arguments.js';
import { holdReports, printError, refuse, releaseReports } from '../binding/error-handler.js';
import { ERR_ALREADY_IN_USE, ERR_INVALID_PARAMETER, type GodotError, OK } from '../binding/errors.js';
import type { Bytes } from '../binding/types.js';
import { NO_CODE } from '../protocol/close-codes.js';
import { Connection } from '../protocol/connection.js';
import { SETTINGS } from '../protocol/connection-settings.js';
import { ClientHandshake } from '../protocol/handshake-client.js';
import { checkHandshakeHeaders, checkProtocols } from '../protocol/handshake-rules.js';
import { ServerHandshake } from '../protocol/handshake-server.js';
import { State } from '../protocol/lifecycle.js';
import { encodeUpgrade, type UpgradeRequest } from '../protocol/upgrade-request.js';
import { type ParsedUrl, parseUrl } from '../protocol/url.js';
import { BYTE_STREAM, type ByteStream, StreamPhase } from '../transport/byte-stream.js';
import { context } from './context.js';
import { StreamPeer } from './stream-peer.js';
import { StreamPeerTLS } from './stream-peer-tls.js';
import { TLSOptions, tlsClientSettings } from './tls-options.js';
import { WebSocketPeerPackets } from './web-socket-peer-packets.js';

const NO_BYTES = new Uint8Array(0);

/** @internal */
export abstract class WebSocketPeerOpening extends WebSocketPeerPackets {
  /** As a client asked for it. */
  protected requestedUrl = '';
  /** The stream, when it has to be polled. */
  protected polled: ByteStream | null = null;
  /** A connection is being begun: nobody begins another one in between. */
  #isBeginning = false;

  /** Nothing of an earlier connection counts any more. */
  protected abstract forgetNews(): void;

  /**
   * Connects to a WebSocket server.
   *
   * `url` is `ws://` or `wss://` with host, optional port, path and query; without a scheme it counts as `ws://`.
   * `tls_client_options` says what `wss://` verifies: by default chain and name. Returns OK as soon as the attempt
   * has begun; `poll` tells what becomes of it. Returns ERR_INVALID_PARAMETER for a bad URL, server options, or
   * protocols and headers that can't be sent; ERR_ALREADY_IN_USE while connecting or open. In CLOSING the old
   * connection is dropped.
   */
  connect_to_url(url: string, tls_client_options: TLSOptions | null = null): GodotError {
    requireString('url', url);
    if (tls_client_options !== null) requireInstance('tls_client_options', TLSOptions, tls_client_options);
    if (url === '') return refuse(ERR_INVALID_PARAMETER, 'connect_to_url: url is empty', this);
    if (tls_client_options?.is_server()) {
      return refuse(ERR_INVALID_PARAMETER, 'connect_to_url: tls_client_options are options of a server', this);
    }
    if (this.#isBusy) return refuse(ERR_ALREADY_IN_USE, 'connect_to_url: already connecting or connected', this);
    return this.#undisturbed(() => {
      this.#reset();
      const target = this.#clientTarget('connect_to_url', url);
      if (typeof target === 'number') return target;
      const { platform } = context;
      const stream = target.secure
        ? platform.connectTls(target.host, target.port, tlsClientSettings(tls_client_options, target.host))
        : platform.connectTcp(target.host, target.port);
      this.requestedUrl = url;
      return this.#beginClient(target, stream);
    });
  }

  /**
   * Starts the client's handshake over `stream`, a connection that is there already.
   *
   * `stream` is as for `accept_stream`; from then on it is the peer's. `url` says what to ask the server for: its host,
   * path and query. Returns ERR_INVALID_PARAMETER for a stream that can't be used or a bad URL, ERR_ALREADY_IN_USE
   * while connecting or open.
   *
   * @addition
   */
  connect_to_stream(stream: StreamPeer, url = 'ws://localhost/'): GodotError {
    requireInstance('stream', StreamPeer, stream);
    requireString('url', url);
    if (this.#isBusy) return refuse(ERR_ALREADY_IN_USE, 'connect_to_stream: already connecting or connected', this);
    return this.#undisturbed(() => {
      this.#reset();
      const target = this.#clientTarget('connect_to_stream', url);
      if (typeof target === 'number') return target;
      const bytes = this.#byteStreamOf('connect_to_stream', stream);
      if (bytes === null) return ERR_INVALID_PARAMETER;
      this.requestedUrl = url;
      return this.#beginClient(target, bytes);
    });
  }

  /**
   * Takes over `stream`, a connection that a server has accepted, and waits for the other side's request.
   *
   * `stream` is a StreamPeerTCP, a StreamPeerTLS whose handshake may still be under way, a StreamPeerUDS or a
   * StreamPeerExtension. From then on it is the peer's. Returns ERR_INVALID_PARAMETER for anything else, and for
   * protocols and headers that can't be sent; ERR_ALREADY_IN_USE while connecting or open.
   */
  accept_stream(stream: StreamPeer | null): GodotError {
    if (stream === null) return refuse(ERR_INVALID_PARAMETER, 'accept_stream: stream is null', this);
    requireInstance('stream', StreamPeer, stream);
    const error = this.#serverError('accept_stream');
    if (error !== OK) return error;
    const bytes = this.#byteStreamOf('accept_stream', stream);
    return bytes === null
      ? ERR_INVALID_PARAMETER
      : this.#undisturbed(() => this.#beginServer('accept_stream', bytes, stream instanceof StreamPeerTLS));
  }

  /**
   * Takes over a connection of Node's `http.Server` or `https.Server`, so that one port serves HTTP and WebSocket.
   *
   * The arguments are those of the server's event `upgrade`. The request is judged as `accept_stream` would judge it,
   * and a refusal answers in HTTP. Returns ERR_INVALID_PARAMETER for a socket that is gone or that this runtime does
   * not know, and for protocols and headers that can't be sent; ERR_ALREADY_IN_USE while connecting or open. After an
   * error the socket is still the caller's.
   *
   * ```js
   * server.on('upgrade', (request, socket, head) => {
   *   const peer = new WebSocketPeer();
   *   if (peer.accept_upgrade(request, socket, head) !== OK) socket.destroy();
   * });
   * ```
   *
   * @addition
   */
  accept_upgrade(request: UpgradeRequest, socket: object, head: Bytes | null = null): GodotError {
    if (typeof request?.url !== 'string' || !Array.isArray(request.rawHeaders)) {
      throw wrongType('request', 'a request of an HTTP server', request);
    }
    const first = head === null ? NO_BYTES : requireBytes('head', head);
    const error = this.#serverError('accept_upgrade');
    if (error !== OK) return error;
    const bytes = context.platform.adoptSocket(socket);
    if (bytes === null) {
      return refuse(ERR_INVALID_PARAMETER, 'accept_upgrade: socket must be a connected socket of this runtime', this);
    }
    bytes.unread(encodeUpgrade(request, first));
    return this.#undisturbed(() => this.#beginServer('accept_upgrade', bytes, bytes.secure));
  }

  get #isBusy(): boolean {
    const state = this.connection?.state;
    return this.#isBeginning || state === State.CONNECTING || state === State.OPEN;
  }

  /** Handlers hear of it afterwards, and what a stream's own code begins meanwhile is refused: the peer is in use. */
  #undisturbed(begin: () => GodotError): GodotError {
    this.#isBeginning = true;
    holdReports();
    try {
      return begin();
    } finally {
      this.#isBeginning = false;
      releaseReports();
    }
  }

  #reset(): void {
    if (this.connection?.state === State.CLOSING) this.connection.close(NO_CODE, NO_BYTES);
    this.connection = null;
    this.polled = null;
    this.requestedUrl = '';
    this.forgetNews();
  }

  #byteStreamOf(method: string, stream: StreamPeer): ByteStream | null {
    const bytes = stream[BYTE_STREAM]();
    if (bytes === null) printError(`${method}: stream is none that can carry a connection`, this);
    return bytes;
  }

  /** What a client asks for, unless there is an error. */
  #clientTarget(method: string, url: string): ParsedUrl | GodotError {
    const { supportedProtocols, handshakeHeaders } = this[SETTINGS];
    const target = parseUrl(url);
    if (typeof target === 'string') return refuse(ERR_INVALID_PARAMETER, `${method}: ${target}`, this);
    const reason = checkProtocols(supportedProtocols) ?? checkHandshakeHeaders(handshakeHeaders, 'client');
    return reason === null ? target : refuse(ERR_INVALID_PARAMETER, `${method}: ${reason}`, this);
  }

  #beginClient(url: ParsedUrl, stream: ByteStream): GodotError {
    const { supportedProtocols: protocols, handshakeHeaders: headers, maxHandshakeSize: maxSize } = this[SETTINGS];
    const handshake = new ClientHandshake({ url, protocols, headers, maxSize, tools: context.platform });
    this.#take(stream);
    this.connection = new Connection({ side: 'client', handshake }, stream, this, context);
    return OK;
  }

  /** Why a server's connection can't begin, whatever the stream; OK when it can. */
  #serverError(method: string): GodotError {
    if (this.#isBusy) return refuse(ERR_ALREADY_IN_USE, `${method}: already connecting or connected`, this);
    const { supportedProtocols, handshakeHeaders } = this[SETTINGS];
    const reason = checkProtocols(supportedProtocols) ?? checkHandshakeHeaders(handshakeHeaders, 'server');
    return reason === null ? OK : refuse(ERR_INVALID_PARAMETER, `${method}: ${reason}`, this);
  }

  #beginServer(method: string, stream: ByteStream, secure: boolean): GodotError {
    const { supportedProtocols: protocols, handshakeHeaders: headers, maxHandshakeSize: maxSize } = this[SETTINGS];
    this.#reset();
    if (stream.phase === StreamPhase.CLOSED) printError(`${method}: the stream is not connected`, this);
    const handshake = new ServerHandshake({
      protocols,
      headers,
      maxSize,
      secure,
      allowedOrigins: this[SETTINGS].allowedOrigins,
      allowedHosts: this[SETTINGS].allowedHosts,
      tools: context.platform,
    });
    this.#take(stream);
    this.connection = new Connection({ side: 'server', handshake }, stream, this, context);
    return OK;
  }

  #take(stream: ByteStream): void {
    stream.setNoDelay(true);
    this.polled = stream.poll === undefined ? null : stream;
  }
}
