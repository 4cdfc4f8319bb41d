// In a real browser: the whole protocol between a page and a server in its worker, and connections that a worker holds.
import { expect, it } from 'vitest';
import { TCPServer, WebSocketPeer } from '../../host/index.js';
import { useReports } from '../helpers/reports.js';
import { type Page, withPage } from './lib/browser.js';

/** The server says of the page that it may connect. */
useReports();

const HELPERS = `
  const until = async (peer, done) => {
    for (let polls = 0; polls < 2000; polls += 1) {
      peer.poll();
      if (done()) return;
      await new Promise((go) => setTimeout(go, 4));
    }
    throw new Error('waited in vain');
  };`;

const PAGE = '<!doctype html><title>page</title>';

/** A page, the modules of dist/, and a worker's script beside it. */
async function inPage(worker: string, visit: (page: Page, url: string) => Promise<void>): Promise<void> {
  const files = { '/page.html': PAGE, '/worker.js': worker };
  const headers = {
    'content-security-policy': "script-src 'self' 'wasm-unsafe-eval' 'unsafe-inline'; worker-src 'self'",
  };
  await withPage(
    async ({ page, url, errors }) => {
      await page.goto(`${url}page.html`);
      await visit(page, url);
      expect(errors).toEqual([]);
    },
    { files, headers },
  );
}

it('reaches a server in a worker over a MessagePort, with the whole protocol on both sides', async () => {
  const worker = `
    import { MessagePortStream, WebSocketPeer } from '/dist/esm/browser-streams/streams.js';
    addEventListener('message', ({ data }) => {
      const peer = new WebSocketPeer();
      peer.accept_stream(new MessagePortStream(data));
      peer.connect('activity', () => {
        peer.poll();
        while (peer.get_available_packet_count() > 0) {
          const packet = peer.get_packet();
          peer.send(packet, peer.was_string_packet() ? 0 : 1);
        }
      });
      peer.poll();
    });`;
  await inPage(worker, async (page) => {
    const result = await page.evaluate(`(async () => {
      const { MessagePortStream, WebSocketPeer } = await import('/dist/esm/browser-streams/streams.js');
      ${HELPERS}
      const { port1, port2 } = new MessageChannel();
      new Worker('/worker.js', { type: 'module' }).postMessage(port2, [port2]);
      const peer = new WebSocketPeer();
      peer.connect_to_stream(new MessagePortStream(port1));
      await until(peer, () => peer.get_ready_state() === 1);
      peer.send_text('grüße');
      peer.send(new Uint8Array(60000).fill(7));
      peer.put_var([1, 'a']);
      await until(peer, () => peer.get_available_packet_count() === 3);
      const got = [new TextDecoder().decode(peer.get_packet()), peer.was_string_packet(), peer.get_packet().length];
      const variable = peer.get_var();
      peer.close(4001, 'bye');
      await until(peer, () => peer.get_ready_state() === 3);
      return [...got, variable, peer.get_close_code(), peer.get_close_reason()];
    })()`);
    expect(result).toEqual(['grüße', true, 60000, [1, 'a'], 4001, 'bye']);
  });
});

it('holds a connection in a worker, which answers while the page is hidden and keeps the latest packet', async () => {
  const server = new TCPServer();
  server.listen(0, '127.0.0.1');
  const heard: number[] = [];
  server.connect('activity', () => {
    while (server.is_connection_available()) {
      const remote = new WebSocketPeer();
      remote.accept_stream(server.take_connection());
      remote.connect('activity', () => {
        remote.poll();
        while (remote.get_available_packet_count() > 0) {
          const [first] = remote.get_packet();
          heard.push(first);
          if (first === 1) for (const one of [10, 42, 11, 12]) remote.send(Uint8Array.of(one));
          if (first === 43) remote.send(Uint8Array.of(13));
        }
      });
      remote.poll();
    }
  });
  const worker = `
    import { hostPeers } from '/dist/esm/browser/worker.js';
    hostPeers({ onPacket: (packet, peer) => packet[0] === 42 && peer.send(Uint8Array.of(43)) === 0 });`;
  await inPage(worker, async (page) => {
    const result = await page.evaluate(`(async () => {
      const { WorkerWebSocketPeer } = await import('/dist/esm/browser/worker.js');
      ${HELPERS}
      const peer = new WorkerWebSocketPeer(new Worker('/worker.js', { type: 'module' }));
      peer.hidden_policy = WorkerWebSocketPeer.KEEP_LATEST;
      peer.connect_to_url('ws://127.0.0.1:${server.get_local_port()}');
      await until(peer, () => peer.get_ready_state() === 1);
      const show = (state) => {
        Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      };
      show('hidden');
      peer.send(Uint8Array.of(1));
      let frames = 0;
      await until(peer, () => (frames += 1) > 50);
      const whileHidden = peer.get_available_packet_count();
      show('visible');
      await until(peer, () => peer.get_dropped_packet_count() > 0);
      const got = [];
      while (peer.get_available_packet_count() > 0) got.push(peer.get_packet()[0]);
      peer.close(4001, 'bye');
      await until(peer, () => peer.get_ready_state() === 3);
      return [whileHidden, got, peer.get_dropped_packet_count(), peer.get_close_code()];
    })()`);
    expect(result).toEqual([0, [13], 3, 4001]);
    expect(heard).toEqual([1, 43]);
  });
  server.stop();
});
