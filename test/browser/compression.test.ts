// Compressed messages between a real browser and a server of this package that compresses everything, and streams in
// pages, which know no compression.
import { expect, it } from 'vitest';
import { TCPServer, WebSocketPeer } from '../../host/index.js';
import { withPage } from './lib/browser.js';
import { inPage } from './lib/in-page.js';

const SIZES = [0, 1, 125, 126, 1000, 32_768, 65_535, 65_536, 300_000];

interface Server {
  readonly origin: string;
  /** Whether each connection that has come compresses. */
  readonly compressed: boolean[];
  stop(): void;
}

/** Echoes. */
function serve(mode: WebSocketPeer.CompressionMode): Server {
  const server = new TCPServer();
  expect(server.listen(0, '127.0.0.1')).toBe(0);
  const compressed: boolean[] = [];
  server.connect('activity', () => {
    while (server.is_connection_available()) {
      const peer = new WebSocketPeer();
      peer.compression_mode = mode;
      peer.compression_threshold = 0;
      peer.inbound_buffer_size = 1 << 20;
      peer.outbound_buffer_size = 1 << 22;
      peer.accept_stream(server.take_connection());
      let wasOpen = false;
      peer.connect('activity', () => {
        peer.poll();
        if (!wasOpen && peer.get_ready_state() === WebSocketPeer.STATE_OPEN)
          compressed.push(peer.is_compression_active());
        wasOpen ||= peer.get_ready_state() === WebSocketPeer.STATE_OPEN;
        while (peer.get_available_packet_count() > 0) {
          const packet = peer.get_packet();
          peer.send(packet, peer.was_string_packet() ? 0 : 1);
        }
      });
      peer.poll();
    }
  });
  return { origin: `ws://127.0.0.1:${server.get_local_port()}`, compressed, stop: () => server.stop() };
}

/** Sends text of some order, noise and text for each size, and returns which were not echoed as they were. */
const ECHOES = `
  const peer = await open((one) => {
    one.compression_mode = WebSocketPeer.COMPRESSION_MODE_MESSAGE;
    one.inbound_buffer_size = 1 << 20;
    one.outbound_buffer_size = 1 << 22;
  });
  const wrong = [];
  for (const size of ${JSON.stringify(SIZES)}) {
    const state = JSON.stringify(Array.from({ length: size / 16 + 1 }, (_, id) => ({ id, x: id * 7 }))).slice(0, size);
    const noise = Uint8Array.from({ length: size }, (_, at) => (Math.imul(at + size, 2654435761) >>> 13) & 255);
    peer.send_text(state);
    peer.send(noise);
    await until(peer, () => peer.get_available_packet_count() === 2);
    if (text(peer.get_packet()) !== state || !peer.was_string_packet()) wrong.push(['text', size]);
    const bytes = peer.get_packet();
    if (bytes.length !== size || bytes.some((byte, at) => byte !== noise[at])) wrong.push(['bytes', size]);
  }
  const second = await open((one) => {
    one.compression_mode = WebSocketPeer.COMPRESSION_MODE_MESSAGE;
  });
  return [wrong, peer.is_compression_active(), second.is_compression_active(), messages];`;

const WARNINGS = [expect.stringContaining('compression_mode: the browser compresses by itself')];

it.each([false, true])(
  'a browser compresses by itself, and what it sends and gets is as it was (in a worker: %s)',
  async (inWorker) => {
    const server = serve(WebSocketPeer.COMPRESSION_MODE_MESSAGE);
    try {
      expect(await inPage(ECHOES, { origin: server.origin, inWorker })).toEqual([[], true, true, WARNINGS]);
      expect(server.compressed).toEqual([true, true]);
    } finally {
      server.stop();
    }
  },
);

it('says so where a server does not compress', async () => {
  const server = serve(WebSocketPeer.COMPRESSION_MODE_NONE);
  try {
    expect(await inPage(ECHOES, { origin: server.origin })).toEqual([[], false, false, WARNINGS]);
    expect(server.compressed).toEqual([false, false]);
  } finally {
    server.stop();
  }
});

/** Two ends over a MessageChannel, one of which is another side that is written out. */
const OVER_STREAMS = `(async () => {
  const { MessagePortStream, WebSocketPeer, set_error_handler } = await import('/dist/esm/browser-streams/streams.js');
  set_error_handler(null);
  const own = () => {
    const { port1, port2 } = new MessageChannel();
    const peer = new WebSocketPeer();
    peer.compression_mode = WebSocketPeer.COMPRESSION_MODE_MESSAGE;
    peer.compression_threshold = 0;
    return { peer, stream: new MessagePortStream(port1), far: new MessagePortStream(port2) };
  };
  const head = async ({ peer, far }) => {
    let text = '';
    for (let polls = 0; polls < 2000 && !text.includes('\\r\\n\\r\\n'); polls += 1) {
      peer.poll();
      far.poll?.();
      text += new TextDecoder().decode(far.get_partial_data(65536)[1]);
      await new Promise((go) => setTimeout(go, 4));
    }
    return text;
  };
  const client = own();
  client.peer.connect_to_stream(client.stream);
  const request = await head(client);
  const server = own();
  server.peer.accept_stream(server.stream);
  const lines = request.trimEnd().split('\\r\\n');
  const asked = [...lines, 'Sec-WebSocket-Extensions: permessage-deflate', '', ''].join('\\r\\n');
  server.far.put_data(new TextEncoder().encode(asked));
  const answer = await head(server);
  server.peer.poll();
  return [request, answer, server.peer.get_ready_state(), server.peer.is_compression_active()];
})()`;

it('websocketpeer/streams in a page neither offers nor accepts compression', async () => {
  const files = { '/page.html': '<!doctype html><title>page</title>' };
  await withPage(
    async ({ page, url, errors }) => {
      await page.goto(`${url}page.html`);
      const [request, answer, state, isActive] = (await page.evaluate(OVER_STREAMS)) as [
        string,
        string,
        number,
        boolean,
      ];
      expect(request).toContain('Sec-WebSocket-Key');
      expect(request.toLowerCase()).not.toContain('extensions');
      expect(answer).toMatch(/^HTTP\/1.1 101 /);
      expect(answer.toLowerCase()).not.toContain('extensions');
      expect([state, isActive]).toEqual([WebSocketPeer.STATE_OPEN, false]);
      expect(errors).toEqual([]);
    },
    { files },
  );
});
