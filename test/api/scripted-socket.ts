// Simulated WebSocket of a browser, whose other side behaves as named by the path, like server.ts over real sockets.
// Each event has its own turn of the event loop, as in a browser.
import { PACKETS } from './server.js';

const ABNORMAL = 1006;
const NO_STATUS = 1005;

const CONNECTING = 0;
const OPEN = 1;
const CLOSING = 2;
const CLOSED = 3;

export class ScriptedSocket {
  binaryType = 'blob';
  readonly bufferedAmount = 0;
  readonly protocol = '';
  readyState = CONNECTING;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: (() => void) | null = null;
  readonly #path: string;

  constructor(url: string) {
    this.#path = new URL(url).pathname.slice(1);
    this.#later(() => this.#greet());
  }

  send(data: string | Uint8Array): void {
    if (this.#path === 'open' || this.#path === 'packets') this.#receive(data);
  }

  close(code = NO_STATUS, reason = ''): void {
    if (code !== NO_STATUS && code !== 1000 && (code < 3000 || code > 4999)) throw new DOMException('code');
    if (new TextEncoder().encode(reason).length > 123) throw new DOMException('reason');
    if (this.readyState >= CLOSING) return;
    const wasOpen = this.readyState === OPEN;
    this.readyState = CLOSING;
    if (!wasOpen) this.#fail();
    else if (this.#path !== 'deaf') this.#end(code, reason);
  }

  #greet(): void {
    if (this.readyState !== CONNECTING || this.#path === 'mute') return;
    if (this.#path === 'refuse') {
      this.#fail();
      return;
    }
    this.readyState = OPEN;
    this.onopen?.();
    if (this.#path === 'packets') {
      this.#receive(new TextDecoder().decode(PACKETS[0]));
      this.#receive(PACKETS[1]);
    }
    if (this.#path === 'bye') this.#end(4001, 'bye');
    if (this.#path === 'bare') this.#end(NO_STATUS, '');
    if (this.#path === 'drop') this.#end(ABNORMAL, '');
  }

  #receive(data: string | Uint8Array): void {
    const given = typeof data === 'string' ? data : data.slice().buffer;
    this.#later(() => {
      if (this.readyState === OPEN) this.onmessage?.({ data: given });
    });
  }

  #fail(): void {
    this.#later(() => this.onerror?.());
    this.#end(ABNORMAL, '');
  }

  #end(code: number, reason: string): void {
    this.#later(() => {
      if (this.readyState === CLOSED) return;
      this.readyState = CLOSED;
      this.onclose?.({ code, reason });
    });
  }

  #later(act: () => void): void {
    setTimeout(act, 0);
  }
}
