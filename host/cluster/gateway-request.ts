// A client's request at a gateway: the handshake hook of the game may choose the room, and the answer waits until the room
// has let the client in.
import { report } from '../binding/error-handler.js';
import type {
  HandshakeAcceptance,
  HandshakeHook,
  HandshakeRefusal,
  HandshakeRequest,
  HookSignal,
} from '../protocol/handshake-hook.js';
import { roomOfTarget } from './names.js';

/** What a request asks for. */
export interface Wish {
  /** The room's name; null for a path that names none. */
  readonly room: string | null;
  readonly data: unknown;
}

/** Handles a wish; `accept` lets the client in. */
export type WishHandler = (wish: Wish, request: GatewayRequest) => void;

/** The request as the game's hook gets it. */
export class GatewayRequest implements HandshakeRequest {
  readonly #request: HandshakeRequest;
  readonly #wished: WishHandler;
  #acceptance: HandshakeAcceptance | null = null;
  #isOver = false;
  #settle: () => void = () => {};
  /** Resolves with the final answer. */
  readonly outcome: Promise<void>;

  constructor(request: HandshakeRequest, wished: WishHandler) {
    this.#request = request;
    this.#wished = wished;
    this.outcome = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  /** Asks the game's hook, or the path. */
  ask(hook: HandshakeHook | null): void | Promise<void> {
    if (hook === null) {
      this.accept();
      return;
    }
    const promise = hook(this);
    if (typeof promise?.then !== 'function') return;
    // What is answered is not "fulfilled without an answer", although the room is still to be asked.
    return promise.then(() => (this.#isAnswered ? this.outcome : undefined));
  }

  get url(): string {
    return this.#request.url;
  }

  get target(): string {
    return this.#request.target;
  }

  get headers(): ReadonlyMap<string, string> {
    return this.#request.headers;
  }

  get protocols(): readonly string[] {
    return this.#request.protocols;
  }

  get remote_address(): string {
    return this.#request.remote_address;
  }

  get is_secure(): boolean {
    return this.#request.is_secure;
  }

  get signal(): HookSignal {
    return this.#request.signal;
  }

  accept(acceptance: HandshakeAcceptance = {}): void {
    if (this.#isTwice('accept')) return;
    this.#acceptance = acceptance ?? {};
    const { room, data = null } = this.#acceptance;
    this.#wished({ room: room ?? roomOfTarget(this.target), data }, this);
  }

  refuse(status: number, refusal: HandshakeRefusal = {}): void {
    if (!this.#isTwice('refuse')) this.turnAway(status, refusal);
  }

  /** The room has let the client in. */
  letIn(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#request.accept(this.#acceptance ?? {});
    this.#settle();
  }

  turnAway(status: number, refusal: HandshakeRefusal): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#request.refuse(status, refusal);
    this.#settle();
  }

  get #isAnswered(): boolean {
    return this.#isOver || this.#acceptance !== null;
  }

  #isTwice(method: string): boolean {
    if (!this.#isAnswered) return false;
    report(
      `WebSocketGateway: handshake_hook: ${method}: the request has its answer already, this one is ignored`,
      null,
    );
    return true;
  }
}
