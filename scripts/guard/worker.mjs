// Measurement of one build, in a separate process. Copied beside a node_modules/ with the build, so that the package's
// name resolves to it. Job by IPC: { task, milliseconds }; answer: { nanoseconds } per call, or { error }.
import { TCPServer, WebSocketPeer } from 'websocketpeer';
import { encodeFrame, isValidUtf8, MessageDecoder, mask } from 'websocketpeer/codec';

const KEY = Uint8Array.of(0x37, 0xfa, 0x21, 0x3d);
const BUFFER_SIZE = 4 * 1024 * 1024;
const SLICES = 5;

const bytesOf = (size) => Uint8Array.from({ length: size }, (_, i) => (i * 167 + (i >> 8)) & 255);
const textOf = (sample, size) => new Uint8Array(Buffer.from(sample.repeat(Math.ceil(size / sample.length))));

/** Calls `work` for about `milliseconds`; `calls` is the initial number of calls, and is updated. */
function timed(work, milliseconds, calls) {
  for (;;) {
    const start = process.hrtime.bigint();
    for (let i = 0; i < calls; i += 1) work();
    const elapsed = Number(process.hrtime.bigint() - start);
    if (elapsed >= milliseconds * 0.7e6) return { calls, nanoseconds: elapsed / calls };
    const aim = Math.min(milliseconds * 1e6, Math.max(elapsed, 1) * 100);
    calls = Math.ceil((calls * aim) / Math.max(elapsed, 1)) + 1;
  }
}

const codecTask = (prepare) => {
  let work = null;
  let last = { calls: 1, nanoseconds: 0 };
  return (milliseconds) => {
    work ??= prepare();
    last = timed(work, milliseconds, last.calls);
    return last.nanoseconds;
  };
};

const masking = (size) =>
  codecTask(() => {
    const bytes = bytesOf(size);
    return () => mask(bytes, KEY);
  });

const validating = (sample, size) =>
  codecTask(() => {
    const bytes = textOf(sample, size);
    return () => isValidUtf8(bytes);
  });

const decoding = (size, count) =>
  codecTask(() => {
    const frame = encodeFrame({ opcode: 'binary', payload: bytesOf(size), maskKey: KEY });
    const chunk = new Uint8Array(frame.length * count);
    for (let i = 0; i < count; i += 1) chunk.set(frame, i * frame.length);
    const decoder = new MessageDecoder({ role: 'server' });
    return () => decoder.push(chunk);
  });

const encoding = (size) =>
  codecTask(() => {
    const payload = bytesOf(size);
    return () => encodeFrame({ opcode: 'binary', payload, maskKey: KEY });
  });

function withBuffers(peer) {
  peer.inbound_buffer_size = BUFFER_SIZE;
  peer.outbound_buffer_size = BUFFER_SIZE;
  return peer;
}

/** An echo server on a free port. */
function listen() {
  const server = new TCPServer();
  server.listen(0, '127.0.0.1');
  server.connect('activity', () => {
    while (server.is_connection_available()) {
      const peer = withBuffers(new WebSocketPeer());
      const echo = () => {
        peer.poll();
        while (peer.get_available_packet_count() > 0) peer.send(peer.get_packet());
      };
      peer.accept_stream(server.take_connection());
      peer.connect('activity', echo);
      echo();
    }
  });
  return server;
}

/** Keeps `inFlight` packets in transit between a client and a server of this process. */
function echoing(size, inFlight) {
  const payload = bytesOf(size);
  let client = null;
  let onPackets = () => {};
  const open = async () => {
    const server = listen();
    client = withBuffers(new WebSocketPeer());
    client.connect('activity', () => onPackets());
    client.connect_to_url(`ws://127.0.0.1:${server.get_local_port()}`);
    while (client.get_ready_state() !== WebSocketPeer.STATE_OPEN) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      client.poll();
      if (client.get_ready_state() === WebSocketPeer.STATE_CLOSED) throw new Error('the connection failed');
    }
  };
  return async (milliseconds) => {
    if (client === null) await open();
    return new Promise((resolve) => {
      const start = performance.now();
      let received = 0;
      let underWay = inFlight;
      onPackets = () => {
        client.poll();
        const over = performance.now() - start >= milliseconds;
        while (client.get_available_packet_count() > 0) {
          client.get_packet();
          received += 1;
          if (over) underWay -= 1;
          else client.send(payload);
        }
        if (underWay === 0) resolve(((performance.now() - start) * 1e6) / received);
      };
      for (let i = 0; i < inFlight; i += 1) client.send(payload);
    });
  };
}

const TASKS = {
  'mask 125 B': masking(125),
  'mask 16 KiB': masking(16384),
  'validate ASCII 125 B': validating('All of this is plain ASCII. ', 125),
  'validate ASCII 16 KiB': validating('All of this is plain ASCII. ', 16384),
  'validate mixed 1 KiB': validating('Привет, 世界! Grüße 👋🏽, καλημέρα. ', 1024),
  'decode 16 B x 512': decoding(16, 512),
  'decode 1 KiB x 32': decoding(1024, 32),
  'encode 125 B': encoding(125),
  'echo 16 B x 256': echoing(16, 256),
  'echo 1 KiB x 16': echoing(1024, 16),
  'echo 64 KiB x 2': echoing(65536, 2),
};

/** The least of several slices: other load on the machine makes slices slower, never faster. */
async function measure(task, milliseconds) {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < SLICES; i += 1) least = Math.min(least, await TASKS[task](milliseconds / SLICES));
  return least;
}

process.on('disconnect', () => process.exit());
process.on('message', async ({ task, milliseconds }) => {
  try {
    process.send({ nanoseconds: await measure(task, milliseconds) });
  } catch (error) {
    process.send({ error: String(error) });
  }
});
process.send({ tasks: Object.keys(TASKS) });
