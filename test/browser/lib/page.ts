// What the browser tests can do with a page and hear of it, the same in every browser that they run in.

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** What a page says of itself: an error that nobody caught, or a line that it wrote to its console. */
export interface Word {
  readonly isError: boolean;
  readonly text: string;
}

export interface Page {
  goto(url: string): Promise<void>;
  /** The value of an expression in the page, or what its promise resolves to: anything that JSON can tell. */
  evaluate<Result>(expression: string): Promise<Result>;
  /** Waits until an expression is truthy. The page's policy may forbid scripts from strings. */
  waitForFunction(expression: string): Promise<void>;
  /** A PNG. */
  screenshot(): Promise<Buffer>;
  fill(selector: string, text: string): Promise<void>;
  click(selector: string): Promise<void>;
  textContent(selector: string): Promise<string | null>;
  /** Stops the service workers that run, as the browser does by itself when they are idle; where it can be asked to. */
  readonly stopServiceWorkers?: () => Promise<void>;
  readonly keyboard: Keyboard;
  readonly mouse: Mouse;
  readonly touch: Touch;
}

/** Keys by their `code`. */
export interface Keyboard {
  press(key: string): Promise<void>;
  down(key: string): Promise<void>;
  up(key: string): Promise<void>;
}

export interface Mouse {
  click(x: number, y: number): Promise<void>;
  move(x: number, y: number): Promise<void>;
  down(): Promise<void>;
  up(): Promise<void>;
}

/** One finger. */
export interface Touch {
  down(x: number, y: number): Promise<void>;
  move(x: number, y: number): Promise<void>;
  up(): Promise<void>;
}

export interface Browser {
  /** A page that shares nothing with others; `hear` is told what it says. */
  open(viewport: Size, hear: (word: Word) => void): Promise<Page>;
  /** Closes the pages that are open. */
  closePages(): Promise<void>;
  close(): Promise<void>;
}

const POLL_MS = 50;
const PATIENCE_MS = 30_000;

/** Asks `page` again and again until `expression` is truthy there. */
export async function waitInPage(page: Pick<Page, 'evaluate'>, expression: string): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!(await page.evaluate(`Boolean(${expression})`))) {
    if (performance.now() > end) throw new Error(`waited in vain for ${expression}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
