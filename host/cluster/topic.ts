// Topics: messages to the WebSocketPeers of all processes that have joined one by its name.
import { requireBytes, requireInstance, requireInt, requireString, wrongType } from '../binding/arguments.js';
import type { ClassInfo } from '../binding/class-info.js';
import { printError, refuse, refuseWith } from '../binding/error-handler.js';
import { ERR_INVALID_PARAMETER, ERR_UNAVAILABLE, type GodotError, OK } from '../binding/errors.js';
import { CLASS_INFO } from '../binding/lineage.js';
import { RefCounted } from '../binding/ref-counted.js';
import type { Bytes, int } from '../binding/types.js';
import { WebSocketPeer } from '../godot4/websocket/web-socket-peer.js';
import type { Broker, Unsubscribe } from './broker.js';
import { TopicInfo } from './class-infos.generated.js';
import { hexOf } from './names.js';

/*
 * A message between processes:
 *
 *  0        1        2                                10
 * +--------+--------+--------------------------------+---------
 * | version| mode   | origin: random, one per Topic  | payload
 * +--------+--------+--------------------------------+---------
 */
const HEAD_LENGTH = 10;
const ORIGIN_AT = 2;
const VERSION = 1;
const TEXT = 0;
const BINARY = 1;

/** UTF-8 bytes of a name: twice as many digits are in the subject. */
const MAX_NAME_BYTES = 120;
/** Members from which on those that have closed are looked for when another is added. */
const LEAST_SWEEP = 64;

const utf8 = new TextEncoder();

/**
 * Sends messages to the peers of all processes, at most once between processes: what is sent while the broker is
 * interrupted reaches the peers of the own process only, and nothing is repeated for those that come later.
 *
 * Each process adds its own peers. A message goes to these at once, as by `WebSocketPeer.broadcast`, and once to each other
 * process that has members, whatever their number. Messages of one Topic arrive in the order in which they were sent;
 * those of several are in no order that is the same everywhere. A peer that has no room is skipped and reported, one
 * that is not open is skipped. Peers that have closed leave by themselves.
 *
 * ```js
 * const news = new Topic(broker, 'news');
 * news.add(socket);
 * news.broadcast('the castle has fallen');
 * ```
 *
 * **Note:** whoever may use the broker may send to each topic.
 *
 * @addition
 */
export class Topic extends RefCounted {
  readonly #broker: Broker;
  readonly #name: string;
  readonly #subject: string;
  readonly #members = new Set<WebSocketPeer>();
  readonly #origin = new Uint8Array(HEAD_LENGTH - ORIGIN_AT);
  #sweepAt = LEAST_SWEEP;
  #unsubscribe: Unsubscribe | null = null;
  #isClosed = false;
  #hasReported = false;

  /** `name` is any text of 1 to 120 bytes as UTF-8; the broker sees it as hexadecimal digits. */
  constructor(broker: Broker, name: string) {
    super();
    if (typeof broker?.publish !== 'function') throw wrongType('broker', 'a Broker', broker);
    const { length } = utf8.encode(requireString('name', name));
    if (length < 1 || length > MAX_NAME_BYTES) {
      throw new RangeError(`name must be 1 to ${MAX_NAME_BYTES} bytes long as UTF-8, got ${length}`);
    }
    this.#broker = broker;
    this.#name = name;
    this.#subject = `wsp.t.${hexOf(name)}`;
    crypto.getRandomValues(this.#origin);
  }

  override [CLASS_INFO](): ClassInfo {
    return TopicInfo();
  }

  /**
   * Name of the topic.
   *
   * @const
   */
  get_name(): string {
    return this.#name;
  }

  /**
   * Adds a peer, which gets what is sent from now on, once it is open.
   *
   * Returns ERR_INVALID_PARAMETER for a peer that is closed, ERR_UNAVAILABLE after `close`.
   */
  add(peer: WebSocketPeer): GodotError {
    requireInstance('peer', WebSocketPeer, peer);
    if (this.#isClosed) return refuse(ERR_UNAVAILABLE, `add: the topic "${this.#name}" is closed`, this);
    if (peer.get_ready_state() === WebSocketPeer.STATE_CLOSED) {
      return refuse(ERR_INVALID_PARAMETER, 'add: the peer is closed; begin its connection first', this);
    }
    this.#members.add(peer);
    if (this.#members.size >= this.#sweepAt) {
      this.#sweep();
      this.#sweepAt = Math.max(LEAST_SWEEP, 2 * this.#members.size);
    }
    this.#unsubscribe ??= this.#broker.subscribe(this.#subject, (bytes) => this.#receive(bytes));
    return OK;
  }

  /** Removes a peer; one that was not added is ignored. */
  remove(peer: WebSocketPeer): void {
    requireInstance('peer', WebSocketPeer, peer);
    this.#members.delete(peer);
    this.#restWhenEmpty();
  }

  /**
   * Number of this process's peers that have not closed.
   *
   * @const
   */
  get_member_count(): int {
    this.#sweep();
    return this.#members.size;
  }

  /**
   * Sends `message` to all members, those of other processes included.
   *
   * A string is sent as text; for bytes, `write_mode` says how, as for `WebSocketPeer.broadcast`. Returns the number of
   * this process's peers that accepted the message. Returns -1 with a report, and sends nothing, for text that is not
   * UTF-8, for a message that is longer than the broker's `max_payload` less 10 bytes, and after `close`.
   */
  broadcast(message: Bytes | string, write_mode: WebSocketPeer.WriteMode = BINARY): int {
    const isText = typeof message === 'string' || requireInt('write_mode', write_mode) === TEXT;
    const bytes = typeof message === 'string' ? utf8.encode(message) : requireBytes('message', message);
    if (this.#isClosed) return refuseWith(-1, `broadcast: the topic "${this.#name}" is closed`, this);
    const limit = this.#broker.max_payload - HEAD_LENGTH;
    if (bytes.length > limit) {
      const why = `${bytes.length} bytes are more than the ${limit} that the broker carries (its max_payload)`;
      return refuseWith(-1, `broadcast: ${why}`, this);
    }
    this.#sweep();
    const taken = WebSocketPeer.broadcast(this.#members, bytes, isText ? TEXT : BINARY);
    if (taken >= 0) this.#broker.publish(this.#subject, this.#framed(bytes, isText));
    return taken;
  }

  /** Removes all peers, which stay connected, and ends the topic for this process. */
  close(): void {
    this.#isClosed = true;
    this.#members.clear();
    this.#restWhenEmpty();
  }

  override free(): void {
    this.close();
    super.free();
  }

  #framed(bytes: Uint8Array, isText: boolean): Uint8Array {
    const framed = new Uint8Array(HEAD_LENGTH + bytes.length);
    framed[0] = VERSION;
    framed[1] = isText ? TEXT : BINARY;
    framed.set(this.#origin, ORIGIN_AT);
    framed.set(bytes, HEAD_LENGTH);
    return framed;
  }

  #receive(bytes: Uint8Array): void {
    const mode = bytes[1];
    if (bytes.length < HEAD_LENGTH || bytes[0] !== VERSION || (mode !== TEXT && mode !== BINARY)) {
      this.#reportBroken(bytes);
      return;
    }
    if (this.#origin.every((byte, index) => bytes[ORIGIN_AT + index] === byte)) return;
    this.#sweep();
    WebSocketPeer.broadcast(this.#members, bytes.subarray(HEAD_LENGTH), mode);
  }

  /** Once: whoever sends one may send many. */
  #reportBroken(bytes: Uint8Array): void {
    if (this.#hasReported) return;
    this.#hasReported = true;
    printError(
      `The topic "${this.#name}" was sent ${bytes.length} bytes that are no message of a Topic; dropped.`,
      this,
    );
  }

  #sweep(): void {
    for (const peer of this.#members) {
      if (peer.get_ready_state() === WebSocketPeer.STATE_CLOSED) this.#members.delete(peer);
    }
    this.#restWhenEmpty();
  }

  /** Nothing is to be carried to a process without members. */
  #restWhenEmpty(): void {
    if (this.#members.size > 0) return;
    this.#unsubscribe?.();
    this.#unsubscribe = null;
  }
}
