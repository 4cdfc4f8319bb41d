// A page of a real browser that is hidden, or too busy to poll: it stays connected and finds everything that has come, in
// its own WebSocketPeer and in one that a worker holds.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TCPServer, WebSocketPeer } from '../../host/index.js';
import { inPage } from './lib/in-page.js';

const server = new TCPServer();
let origin = '';
beforeAll(() => {
  server.listen(0, '127.0.0.1');
  origin = `ws://127.0.0.1:${server.get_local_port()}`;
  server.connect('activity', () => {
    while (server.is_connection_available()) serve(new WebSocketPeer());
  });
});
afterAll(() => server.stop());

/** `send 3 400` sends three packets of 400 bytes with their numbers, then one text 'sent'. */
function serve(peer: WebSocketPeer): void {
  peer.outbound_buffer_size = 0;
  peer.max_queued_packets = 1_000_000;
  peer.accept_stream(server.take_connection());
  peer.connect('activity', () => {
    peer.poll();
    while (peer.get_available_packet_count() > 0) {
      const [, count, size] = new TextDecoder().decode(peer.get_packet()).split(' ').map(Number);
      for (let at = 0; at < (count as number); at += 1) {
        const packet = new Uint8Array(size as number);
        new DataView(packet.buffer).setUint32(0, at);
        peer.send(packet);
      }
      peer.send_text('sent');
    }
  });
  peer.poll();
}

/** Calls `tell` when the browser has given the last packet, or the end, to a WebSocket: nobody has to poll for it. */
const WATCH = `
  const watch = (tell) => {
    globalThis.WebSocket = class extends WebSocket {
      constructor(...args) {
        super(...args);
        this.addEventListener('message', ({ data }) => data === 'sent' && tell());
        this.addEventListener('close', () => tell());
      }
    };
  };`;

/** What both kinds of peers are put to: `make()` gives one, `arrived()` waits until everything is there. */
const PLAY = `
  const connected = async (configure = () => {}) => {
    const peer = make();
    configure(peer);
    peer.connect_to_url(ORIGIN);
    await until(peer, () => peer.get_ready_state() === WebSocketPeer.STATE_OPEN);
    return peer;
  };
  /** Polls until the end of what was sent, or of the connection; tells what was found and how it was. */
  const play = async (peer) => {
    const found = { packets: 0, bytes: 0, inOrder: true, most: 0 };
    for (let done = false; !done; ) {
      peer.poll();
      found.most = Math.max(found.most, peer.get_available_packet_count());
      while (peer.get_available_packet_count() > 0) {
        const packet = peer.get_packet();
        if (peer.was_string_packet()) done = true;
        else {
          found.inOrder &&= new DataView(packet.buffer, packet.byteOffset).getUint32(0) === found.packets;
          found.packets += 1;
          found.bytes += packet.length;
        }
      }
      done ||= peer.get_ready_state() === WebSocketPeer.STATE_CLOSED;
      await new Promise((go) => setTimeout(go));
    }
    return found;
  };
  const hide = async (peer, count, size) => {
    const arrival = arrived();
    peer.send_text('send ' + count + ' ' + size);
    await arrival;
    return { ...(await play(peer)), state: peer.get_ready_state(), code: peer.get_close_code(), messages };
  };`;

const PLAIN = `
  let tell;
  watch(() => tell?.());
  const arrived = () => new Promise((go) => { tell = go; });
  const make = () => new WebSocketPeer();`;

const HOSTED = `
  const program = ${JSON.stringify(WATCH)} + "watch(() => postMessage('arrived'));" +
    "import { hostPeers } from '" + base + "dist/esm/browser/worker.js'; hostPeers();";
  const worker = new Worker(URL.createObjectURL(new Blob([program], { type: 'text/javascript' })), { type: 'module' });
  const { WorkerWebSocketPeer } = await import(base + 'dist/esm/browser/worker.js');
  const arrived = () => new Promise((go) => { worker.onmessage = go; });
  const make = () => new WorkerWebSocketPeer(worker);`;

/** Runs `script` with one kind of peer. */
const ask = (kind: string, script: string): Promise<unknown> =>
  inPage(
    `const base = new URL('.', document.baseURI).href; const ORIGIN = ${JSON.stringify(origin)}; ${WATCH} ${kind} ${PLAY} ${script}`,
    { origin },
  );

interface Found {
  readonly [name: string]: unknown;
}

describe.each([
  ['of the page', PLAIN],
  ['that a worker holds', HOSTED],
])('a peer %s', (_name, kind) => {
  it('stays connected through ten hidden minutes of 30 packets of 400 bytes a second', async () => {
    const found = (await ask(kind, 'return hide(await connected(), 18_000, 400);')) as Found;
    expect(found).toMatchObject({ packets: 18_000, bytes: 7_200_000, inOrder: true, state: 1, code: -1, messages: [] });
    expect(found.most).toBeLessThanOrEqual(163);
  });

  it('stays connected when two packets of 64 KiB come between two polls', async () => {
    const found = await ask(kind, 'return hide(await connected(), 2, 65_536);');
    expect(found).toMatchObject({ packets: 2, bytes: 131_072, inOrder: true, state: 1, messages: [] });
  });

  it('is closed with 1009 above the bound, behind what came before, and the page hears why', async () => {
    const found = await ask(
      kind,
      'return hide(await connected((one) => one.set_max_unpolled_packets(500)), 2_000, 400);',
    );
    const messages = [expect.stringContaining('max_unpolled_packets 500')];
    expect(found).toMatchObject({ packets: 500, inOrder: true, state: 3, code: 1009, messages });
  });

  it('finds 100,000 packets that have come while nobody polled', async () => {
    const script = `return hide(await connected((one) => {
      one.max_unpolled_packets = 200_000;
      one.max_queued_packets = 200_000;
      one.inbound_buffer_size = 1 << 24;
    }), 100_000, 16);`;
    const found = (await ask(kind, script)) as Found;
    expect(found).toMatchObject({ packets: 100_000, inOrder: true, state: 1, messages: [] });
  });
});
