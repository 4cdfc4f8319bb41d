// Globals that all supported runtimes have beside the language, as far as they are used here; and, possibly undefined,
// two that only some have. For host/tsconfig.json alone: it is neither emitted nor published, and a game's own types
// (of Node, of a page) take its place.

interface Console {
  error(message: string): void;
  warn(message: string): void;
}
declare const console: Console;

/** A `var`, to be a property of globalThis, too. */
declare var crypto: { getRandomValues(bytes: Uint8Array): unknown };
declare const performance: { now(): number };

interface Timer {
  readonly isTimer: unique symbol;
}
declare function setTimeout(callback: () => void, delayMs: number): Timer;
declare function clearTimeout(timer: Timer): void;
declare function queueMicrotask(callback: () => void): void;

declare function atob(base64: string): string;
declare function btoa(latin1: string): string;

declare class TextDecoder {
  constructor(encoding?: 'utf-8', options?: { readonly fatal?: boolean; readonly ignoreBOM?: boolean });
  decode(bytes: Uint8Array): string;
}
declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
  encodeInto(text: string, bytes: Uint8Array): { readonly read: number; readonly written: number };
}
declare class URL {
  constructor(url: string);
  readonly hostname: string;
  readonly href: string;
  readonly port: string;
}

interface MessagePort {
  onmessage: (() => void) | null;
  postMessage(message: unknown, transfer?: never[]): void;
  addEventListener(
    type: 'message' | 'messageerror' | 'close',
    listener: (event: { readonly type: string; readonly data?: unknown }) => void,
  ): void;
  start(): void;
  close(): void;
}
declare class MessageChannel {
  readonly port1: MessagePort;
  readonly port2: MessagePort;
}

declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array<ArrayBuffer>);
  }
  class Instance {
    constructor(module: Module);
    readonly exports: Readonly<Record<string, unknown>>;
  }
  function validate(bytes: Uint8Array<ArrayBuffer>): boolean;
}

/** Of Node and what imitates it. */
declare const Buffer: { from(text: string, encoding: 'base64'): Uint8Array } | undefined;

/** Of pages, but not of their workers. */
declare const document:
  | {
      readonly visibilityState: string;
      addEventListener(type: 'visibilitychange', listener: () => void): void;
      removeEventListener(type: 'visibilitychange', listener: () => void): void;
    }
  | undefined;

/** Told when something is no longer wanted. */
interface AbortSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once?: boolean }): void;
}
declare class AbortController {
  readonly signal: AbortSignal;
  abort(): void;
}
