// What a test asks of the page's classes: a script that runs in a real browser, in a page or a worker of it.
import { expect } from 'vitest';
import type { Identity } from '../../helpers/certificates.js';
import { type Extras, withPage } from './browser.js';

const PAGE: Extras = { files: { '/page.html': '<!doctype html><title>page</title>' } };

export interface Where {
  /** What `open()` of the script connects to. */
  readonly origin?: string;
  readonly inWorker?: boolean;
  /** Serves the page by HTTPS as this. */
  readonly identity?: Identity;
}

/** Runs `script` in a page that has the module's names and two helpers; returns what it returns. */
export async function inPage(
  script: string,
  { origin = '', inWorker = false, identity }: Where = {},
): Promise<unknown> {
  let result: unknown;
  await withPage(
    async ({ page, url, errors }) => {
      await page.goto(`${url}page.html`);
      const program = `
      const api = await import(${JSON.stringify(`${url}dist/esm/browser/index.js`)});
      const { WebSocketPeer } = api;
      const godot3 = await import(${JSON.stringify(`${url}dist/esm/browser/godot3.js`)});
      const variant = () => import(${JSON.stringify(`${url}dist/esm/browser/variant.js`)});
      const messages = [];
      api.set_error_handler((message) => messages.push(message));
      const text = (bytes) => new TextDecoder().decode(bytes);
      const until = async (peer, done) => {
        for (let polls = 0; polls < 2000; polls += 1) {
          peer.poll();
          if (done()) return;
          await new Promise((go) => setTimeout(go, 4));
        }
        throw new Error('waited in vain');
      };
      const open = async (configure = () => {}) => {
        const peer = new WebSocketPeer();
        configure(peer);
        if (peer.connect_to_url(${JSON.stringify(origin)}) !== 0) throw new Error('refused');
        await until(peer, () => peer.get_ready_state() === WebSocketPeer.STATE_OPEN);
        return peer;
      };
      ${script}`;
      const source = inWorker
        ? `new Promise((done, fail) => {
          const text = ${JSON.stringify(`const run = async () => {${program}};
            run().then((value) => postMessage({ value }), (error) => postMessage({ error: String(error.stack) }));`)};
          const worker = new Worker(URL.createObjectURL(new Blob([text], { type: 'text/javascript' })), { type: 'module' });
          worker.onmessage = ({ data }) => (data.error ? fail(new Error(data.error)) : done(data.value));
          worker.onerror = (event) => fail(new Error(event.message));
        })`
        : `(async () => {${program}})()`;
      result = await page.evaluate(source);
      // The browser remarks on what it refuses, as the test wants.
      expect(errors.filter((line) => !line.startsWith('Mixed Content:'))).toEqual([]);
    },
    { ...PAGE, identity },
  );
  return result;
}
