// WorkerWebSocketPeer, the page's side of connections held by a worker, with its policy for a hidden page. The worker's
// side is in peer-host.ts.
import { clock } from '#platform';
import { requireBool, requireInt, wrongType } from '../binding/arguments.js';
import type { ClassInfo } from '../binding/class-info.js';
import { printError } from '../binding/error-handler.js';
import { ERR_INVALID_PARAMETER, ERR_UNAVAILABLE } from '../binding/errors.js';
import { CLASS_INFO } from '../binding/lineage.js';
import { type ConstantsOf, defineConstants } from '../binding/signal.js';
import type { int } from '../binding/types.js';
import type { TLSOptions } from '../godot4/crypto/tls-options.js';
import { WebSocketPeer, type WebSocketPeerSignals } from '../godot4/websocket/web-socket-peer.js';
import { EventSession } from '../protocol/event-session.js';
import { checkHandshakeHeaders, checkProtocols } from '../protocol/handshake-rules.js';
import { type Refusal, SETTINGS, type Session } from '../protocol/session.js';
import { parseUrl } from '../protocol/url.js';
import { WorkerWebSocketPeerInfo } from './class-infos.generated.js';
import { HiddenPage } from './hidden-page.js';
import { KEEP_ALL, KEEP_LATEST, KEEP_NONE } from './messages.js';
import { type WorkerLike, WorkerLine } from './worker-line.js';

/** The worker enforces the time limits; one that has not answered this long after them counts as gone. */
const GRACE_MS = 1000;

/** Signals of WorkerWebSocketPeer. */
export type WorkerWebSocketPeerSignals = WebSocketPeerSignals;

export interface WorkerWebSocketPeer extends ConstantsOf<typeof WorkerWebSocketPeer> {}

/**
 * A client's WebSocketPeer whose connection is held by a worker, where it continues while the page is hidden or busy.
 *
 * The calls are those of `WebSocketPeer`: the state changes in `poll`, which also makes packets available. The worker's
 * script calls `hostPeers`. `hidden_policy` says which of the packets that arrive while the page is hidden are kept
 * until it is visible again.
 *
 * ```js
 * const worker = new Worker(new URL('./network.js', import.meta.url), { type: 'module' });
 * const socket = new WorkerWebSocketPeer(worker);
 * socket.hidden_policy = WorkerWebSocketPeer.KEEP_LATEST;
 * socket.connect_to_url('wss://game.example/');
 * ```
 *
 * Properties take effect at `connect_to_url`; `outbound_buffer_size` and `hidden_policy` at once. Waiting packets are
 * limited: the page holds up to `inbound_buffer_size` and `max_queued_packets`, the worker as much again, and further
 * packets wait in the worker's WebSocketPeer as they do without a worker. In a browser, all of them together are at
 * most `max_unpolled_bytes` and `max_unpolled_packets`.
 *
 * **Note:** TLS is that of the worker's runtime: `tls_client_options` return ERR_UNAVAILABLE, and so do streams and
 * upgrades, which can't be moved to another thread. The other side's address is not available.
 *
 * @addition
 */
export class WorkerWebSocketPeer extends WebSocketPeer {
  /** All packets that arrived while the page was hidden are kept. */
  static readonly KEEP_ALL = KEEP_ALL;
  /** Only the last packet that arrived while the page was hidden is kept, for example the newest state of the world. */
  static readonly KEEP_LATEST = KEEP_LATEST;
  /** No packet that arrived while the page was hidden is kept. */
  static readonly CLEAR = KEEP_NONE;
  static readonly HiddenPolicy = Object.freeze({ KEEP_ALL, KEEP_LATEST, CLEAR: KEEP_NONE });

  static {
    defineConstants(this);
  }

  readonly #worker: WorkerLike;
  readonly #page = new HiddenPage();
  /** Line of the last connection. */
  #line: WorkerLine | null = null;

  /** `worker` is the browser's Worker, Node's, or a MessagePort whose other end was given to `hostPeers`. */
  constructor(worker: WorkerLike) {
    super();
    if (typeof worker?.postMessage !== 'function') throw wrongType('worker', 'a Worker or a MessagePort', worker);
    this.#worker = worker;
  }

  override [CLASS_INFO](): ClassInfo {
    return WorkerWebSocketPeerInfo(WorkerWebSocketPeer);
  }

  /**
   * Policy for packets that arrive, or wait, while the page is hidden: KEEP_ALL unless set, KEEP_LATEST or CLEAR.
   *
   * With KEEP_ALL they arrive as at other times, as many as the limits allow. With the others they stay in the worker
   * until the page is visible again; `get_dropped_packet_count` counts those that are dropped.
   */
  get hidden_policy(): int {
    return this.#page.policy;
  }
  set hidden_policy(policy: int) {
    this.set_hidden_policy(policy);
  }
  get_hidden_policy(): int {
    return this.#page.policy;
  }
  set_hidden_policy(policy: int): void {
    if (requireInt('policy', policy) < KEEP_ALL || policy > KEEP_NONE) {
      const kept = this.#page.policy;
      printError(`hidden_policy must be KEEP_ALL, KEEP_LATEST or CLEAR, got ${policy}; it stays ${kept}`, this);
      return;
    }
    this.#page.policy = policy;
    this.#tellAttention();
  }

  /**
   * Whether the page counts as hidden.
   *
   * @const
   */
  is_hidden(): boolean {
    return this.#page.isHidden;
  }

  /**
   * Sets whether the page counts as hidden.
   *
   * While there is a connection, this is set automatically when the page's tab is hidden or shown. Call it in a game
   * that is paused in another way, and in runtimes without pages.
   */
  set_hidden(hidden: boolean): void {
    if (requireBool('hidden', hidden) === this.#page.isHidden) return;
    this.#page.isHidden = hidden;
    this.#tellAttention();
  }

  /**
   * Number of packets that `hidden_policy` has dropped since `connect_to_url`.
   *
   * @const
   */
  get_dropped_packet_count(): int {
    return this.#line?.droppedPackets ?? 0;
  }

  protected override openUrl(url: string, tls: TLSOptions | null): Session | Refusal {
    if (tls !== null) return { error: ERR_UNAVAILABLE, reason: 'tls_client_options can not be given to a worker' };
    const { supportedProtocols, handshakeHeaders } = this[SETTINGS];
    const target = parseUrl(url);
    const reason =
      typeof target === 'string'
        ? target
        : (checkProtocols(supportedProtocols) ?? checkHandshakeHeaders(handshakeHeaders, 'client'));
    if (reason !== null) return { error: ERR_INVALID_PARAMETER, reason };
    this.#page.watch(() => this.#tellAttention());
    this.#line = new WorkerLine(this, this.#worker, url, this.#page);
    return new EventSession(this, url, this.#line, clock, GRACE_MS);
  }

  protected override takeOver(): Refusal {
    return { error: ERR_UNAVAILABLE, reason: 'streams and sockets can not be given to a worker' };
  }

  #tellAttention(): void {
    this.#line?.attend();
  }
}
