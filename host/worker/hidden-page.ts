// Whether somebody looks at the page, and what is to become of packets while nobody does. No connection.

import { requireBool, requireInt } from '../binding/arguments.js';
import { printError } from '../binding/error-handler.js';
import { type ConstantsOf, defineConstants } from '../binding/signal.js';
import type { int } from '../binding/types.js';
import { WebSocketPeerSettings } from '../godot4/websocket/web-socket-peer-settings.js';
import { KEEP_ALL, KEEP_LATEST, KEEP_NONE } from './messages.js';

export interface HiddenPage extends ConstantsOf<typeof HiddenPage> {}

/** @internal */
export abstract class HiddenPage extends WebSocketPeerSettings {
  /** The game finds all packets that came while the page was hidden. */
  static readonly KEEP_ALL = KEEP_ALL;
  /** The game finds the packet that came last, for example the newest state of the world. */
  static readonly KEEP_LATEST = KEEP_LATEST;
  /** The game finds none of them. */
  static readonly CLEAR = KEEP_NONE;
  static readonly HiddenPolicy = Object.freeze({ KEEP_ALL, KEEP_LATEST, CLEAR: KEEP_NONE });

  static {
    defineConstants(this);
  }

  #policy: number = KEEP_ALL;
  #isHidden = false;
  #unwatch: (() => void) | null = null;

  /** How many `policy` leaves of `count` packets that wait when the page is seen again: the last ones. */
  protected static keptOf(policy: number, count: number): number {
    if (policy === KEEP_ALL) return count;
    return policy === KEEP_LATEST ? Math.min(count, 1) : 0;
  }

  /**
   * What becomes of packets that come, or wait, while the page is hidden: KEEP_ALL unless set, KEEP_LATEST or CLEAR.
   *
   * With KEEP_ALL they come as at other times, as many as the limits allow. With the others they stay in the worker until
   * the page is seen again; `get_dropped_packet_count` counts those that the game never sees.
   */
  get hidden_policy(): int {
    return this.#policy;
  }
  set hidden_policy(policy: int) {
    this.set_hidden_policy(policy);
  }
  get_hidden_policy(): int {
    return this.#policy;
  }
  set_hidden_policy(policy: int): void {
    if (requireInt('policy', policy) < KEEP_ALL || policy > KEEP_NONE) {
      printError(`hidden_policy must be KEEP_ALL, KEEP_LATEST or CLEAR, got ${policy}; it stays ${this.#policy}`, this);
      return;
    }
    this.#policy = policy;
    this.attentionChanged();
  }

  /**
   * Whether the page counts as hidden.
   *
   * @const
   */
  is_hidden(): boolean {
    return this.#isHidden;
  }

  /**
   * Says that nobody looks (`true`), or somebody again.
   *
   * A page says so by itself while there is a connection, when its tab is hidden or shown; for a game that is paused in
   * another way, and for runtimes without pages.
   */
  set_hidden(hidden: boolean): void {
    if (requireBool('hidden', hidden) === this.#isHidden) return;
    this.#isHidden = hidden;
    this.attentionChanged();
  }

  /** The worker has to hear of `hidden_policy` and `is_hidden`. */
  protected abstract attentionChanged(): void;

  /** From now on the page's tab decides, where there is one. */
  protected watchPage(): void {
    if (typeof document === 'undefined') return;
    this.#isHidden = document.visibilityState === 'hidden';
    const listener = (): void => this.set_hidden(document.visibilityState === 'hidden');
    document.addEventListener('visibilitychange', listener);
    this.#unwatch = () => document.removeEventListener('visibilitychange', listener);
  }

  protected unwatchPage(): void {
    this.#unwatch?.();
    this.#unwatch = null;
  }
}
