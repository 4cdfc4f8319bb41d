// Game loop with this package: both ends in one process, polled once per turn of the event loop, as a game polls once
// per frame. Argument: 'into' reads packets with get_packet_into, without garbage.
import { TCPServer, WebSocketPeer } from 'websocketpeer';
import { obey } from '../lib/child.mjs';
import { somePayload, someText } from '../lib/frames.mjs';

const BUFFER_SIZE = 64 * 1024 * 1024;
const { STATE_OPEN, WRITE_MODE_BINARY, WRITE_MODE_TEXT } = WebSocketPeer;
const target = new Uint8Array(2 * 1024 * 1024);

const copyOut = (peer) => target.subarray(0, peer.get_packet_into(target));
const takeFrom = process.argv[2] === 'into' ? copyOut : (peer) => peer.get_packet();
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

const modeOf = (text) => (text ? WRITE_MODE_TEXT : WRITE_MODE_BINARY);

function newPeer() {
  const peer = new WebSocketPeer();
  peer.inbound_buffer_size = BUFFER_SIZE;
  peer.outbound_buffer_size = BUFFER_SIZE;
  return peer;
}

/** Both ends, open. */
async function connected() {
  const listener = new TCPServer();
  listener.listen(0, '127.0.0.1');
  const server = newPeer();
  const client = newPeer();
  client.connect_to_url(`ws://127.0.0.1:${listener.get_local_port()}`);
  while (client.get_ready_state() !== STATE_OPEN || server.get_ready_state() !== STATE_OPEN) {
    if (listener.is_connection_available()) server.accept_stream(listener.take_connection());
    server.poll();
    client.poll();
    await nextTurn();
  }
  listener.stop();
  return { server, client };
}

/** One frame of the game: the server echoes, the client sends one message for each that came back. */
function step({ server, client }, payload, mode) {
  let received = 0;
  server.poll();
  while (server.get_available_packet_count() > 0) {
    const packet = takeFrom(server);
    server.send(packet, modeOf(server.was_string_packet()));
    received += 1;
  }
  client.poll();
  while (client.get_available_packet_count() > 0) {
    takeFrom(client);
    client.send(payload, mode);
    received += 1;
  }
  return received;
}

async function loop({ size, text, inFlight, warmUpMs, measureMs }) {
  const ends = await connected();
  const payload = text ? someText(size) : somePayload(size);
  const mode = modeOf(text);
  for (let i = 0; i < inFlight; i += 1) ends.client.send(payload, mode);
  const runFor = async (milliseconds) => {
    const start = performance.now();
    let received = 0;
    while (performance.now() - start < milliseconds || received === 0) {
      received += step(ends, payload, mode);
      await nextTurn();
    }
    return (received * 1000) / (performance.now() - start);
  };
  await runFor(warmUpMs);
  const value = await runFor(measureMs);
  ends.client.close(-1);
  ends.server.close(-1);
  return { value };
}

obey({ loop }, { ready: true });
