// A page over a remote control that can navigate, evaluate and perform the input actions of WebDriver (W3C), which
// WebDriver and WebDriver BiDi have in common.
import { type Keyboard, type Mouse, type Page, type Touch, waitInPage } from './page.js';

export type Action = Readonly<Record<string, unknown>>;

export interface Remote {
  navigate(url: string): Promise<void>;
  /** The string that a promise resolves to in the page. */
  evaluate(promise: string): Promise<string>;
  /** Performs `actions` with a device that keeps its state until the next ones. */
  perform(device: { id: string; type: string; parameters?: object }, actions: readonly Action[]): Promise<void>;
  screenshot(): Promise<Buffer>;
}

/** What WebDriver calls the keys that write nothing (§17.4.2 there). */
const KEYS: Readonly<Record<string, string>> = {
  Enter: '\uE007',
  Escape: '\uE00C',
  Space: ' ',
  ArrowLeft: '\uE012',
  ArrowUp: '\uE013',
  ArrowRight: '\uE014',
  ArrowDown: '\uE015',
};

function keyValue(key: string): string {
  const value = KEYS[key] ?? /^Key([A-Z])$/.exec(key)?.[1].toLowerCase();
  if (value === undefined) throw new Error(`no WebDriver key is known for ${key}`);
  return value;
}

const MOUSE = { id: 'mouse', type: 'pointer', parameters: { pointerType: 'mouse' } };
const FINGER = { id: 'finger', type: 'pointer', parameters: { pointerType: 'touch' } };
const DOWN: Action = { type: 'pointerDown', button: 0 };
const UP: Action = { type: 'pointerUp', button: 0 };
const moveTo = (x: number, y: number): Action => ({ type: 'pointerMove', x: Math.round(x), y: Math.round(y) });

export class RemotePage implements Page {
  readonly #remote: Remote;
  readonly keyboard: Keyboard;
  readonly mouse: Mouse;
  readonly touch: Touch;

  constructor(remote: Remote) {
    this.#remote = remote;
    const keys = (...types: string[]) => {
      return (key: string) =>
        remote.perform(
          { id: 'keyboard', type: 'key' },
          types.map((type) => ({ type, value: keyValue(key) })),
        );
    };
    this.keyboard = { press: keys('keyDown', 'keyUp'), down: keys('keyDown'), up: keys('keyUp') };
    this.mouse = {
      click: (x, y) => remote.perform(MOUSE, [moveTo(x, y), DOWN, UP]),
      move: (x, y) => remote.perform(MOUSE, [moveTo(x, y)]),
      down: () => remote.perform(MOUSE, [DOWN]),
      up: () => remote.perform(MOUSE, [UP]),
    };
    this.touch = {
      down: (x, y) => remote.perform(FINGER, [moveTo(x, y), DOWN]),
      move: (x, y) => remote.perform(FINGER, [moveTo(x, y)]),
      up: () => remote.perform(FINGER, [UP]),
    };
  }

  goto(url: string): Promise<void> {
    return this.#remote.navigate(url);
  }

  async evaluate<Result>(expression: string): Promise<Result> {
    return JSON.parse(await this.#remote.evaluate(`(async () => JSON.stringify([await (${expression})]))()`))[0];
  }

  waitForFunction(expression: string): Promise<void> {
    return waitInPage(this, expression);
  }

  screenshot(): Promise<Buffer> {
    return this.#remote.screenshot();
  }

  async fill(selector: string, text: string): Promise<void> {
    await this.evaluate(`(${FILL})(${JSON.stringify(selector)}, ${JSON.stringify(text)})`);
  }

  async click(selector: string): Promise<void> {
    const [x, y] = await this.evaluate<[number, number]>(`(${MIDDLE})(${JSON.stringify(selector)})`);
    await this.mouse.click(x, y);
  }

  textContent(selector: string): Promise<string | null> {
    return this.evaluate(`document.querySelector(${JSON.stringify(selector)}).textContent`);
  }
}

const FILL = `(selector, text) => {
  const field = document.querySelector(selector);
  field.focus();
  field.value = text;
  field.dispatchEvent(new InputEvent('input', { bubbles: true }));
}`;

const MIDDLE = `(selector) => {
  const { left, top, width, height } = document.querySelector(selector).getBoundingClientRect();
  return [left + width / 2, top + height / 2];
}`;
