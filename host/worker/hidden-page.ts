// Whether somebody looks at the page, and what is to become of packets while nobody does.
import { KEEP_ALL } from './messages.js';

export class HiddenPage {
  /** One of KEEP_ALL, KEEP_LATEST, KEEP_NONE. */
  policy = KEEP_ALL as number;
  isHidden = false;
  #unwatch: (() => void) | null = null;

  /** From now on the page's tab decides, where there is one; `changed` is called when it does. */
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
