// Visibility of the page, and its policy for packets that arrive while it is hidden.
import { KEEP_ALL } from './messages.js';

export class HiddenPage {
  /** One of KEEP_ALL, KEEP_LATEST, KEEP_NONE. */
  policy = KEEP_ALL as number;
  isHidden = false;
  #unwatch: (() => void) | null = null;

  /** Follows the visibility of the page's tab, if there is a document; `changed` is called at each change. */
  watch(changed: () => void): void {
    if (typeof document === 'undefined') return;
    const look = (): void => {
      this.isHidden = document.visibilityState === 'hidden';
    };
    const listener = (): void => {
      look();
      changed();
    };
    look();
    document.addEventListener('visibilitychange', listener);
    this.#unwatch = () => document.removeEventListener('visibilitychange', listener);
  }

  unwatch(): void {
    this.#unwatch?.();
    this.#unwatch = null;
  }
}
