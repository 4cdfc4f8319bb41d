// Compressed messages between a real browser and a server of this package that compresses everything, and streams in
// pages, which know no compression.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { TCPServer, WebSocketPeer } from '../../host/index.js';
import { frame, OP, parseFrames, type WireFrame } from '../helpers/raw-peer-frames.js';
import { answerTo } from '../helpers/raw-peer-handshake.js';
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

const AGREED = 'permessage-deflate; server_no_context_takeover; client_no_context_takeover';

/** Messages end without the last block (RFC 7692 §7.2.1). */
const FLUSHED = { finishFlush: constants.Z_SYNC_FLUSH };

/** A server written out, which agrees to compression where `agrees`, and keeps the request and the first frame. */
async function listenPlainly(agrees: boolean) {
  const heard = { offer: '', frame: null as WireFrame | null, first: 0 };
  const server = createServer();
  server.on('upgrade', ({ headers }, socket) => {
    heard.offer = headers['sec-websocket-extensions'] ?? '';
    const request = `GET / HTTP/1.1\r\nSec-WebSocket-Key: ${headers['sec-websocket-key']}\r\n\r\n`;
    socket.write(answerTo(request, agrees ? [`Sec-WebSocket-Extensions: ${AGREED}`] : []));
    let bytes = Buffer.alloc(0);
    socket
      .on('error', () => {})
      .on('data', (more) => {
        bytes = Buffer.concat([bytes, more]);
        const { frames } = parseFrames(bytes);
        if (heard.frame !== null || frames.length === 0) return;
        heard.frame = frames[0];
        heard.first = bytes[0];
        const reply = agrees ? deflateRawSync(REPLY, FLUSHED).subarray(0, -4) : Buffer.from(REPLY);
        socket.write(frame(OP.TEXT, reply, { rsv: agrees ? 4 : 0 }));
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { heard, port: (server.address() as AddressInfo).port, stop: () => server.close() };
}

const [ASKED, REPLY] = ['{"x":1,"y":2},'.repeat(100), '{"is":"so"},'.repeat(100)];
const ASKS = `
  const peer = await open();
  peer.send_text(${JSON.stringify(ASKED)});
  await until(peer, () => peer.get_available_packet_count() === 1);
  return [peer.is_compression_active(), text(peer.get_packet())];`;

it.each([true, false])('a browser offers it, and compresses what it sends where that is agreed: %s', async (agrees) => {
  const { heard, port, stop } = await listenPlainly(agrees);
  try {
    expect(await inPage(ASKS, { origin: `ws://127.0.0.1:${port}` })).toEqual([agrees, REPLY]);
    expect(heard.offer).toMatch(/^permessage-deflate(; client_max_window_bits)?$/);
    const { payload } = heard.frame as WireFrame;
    const sent = agrees ? inflateRawSync(payload, FLUSHED) : Buffer.from(payload);
    expect([heard.first & 0x40, sent.toString()]).toEqual([agrees ? 0x40 : 0, ASKED]);
  } finally {
    stop();
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
