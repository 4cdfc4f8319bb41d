// Run by garbage.test.ts: 100,000 packets there and back between two peers of one process, into memory of ours.
// Prints how often the collector ran and how much of the heap stayed, as JSON.
import { PerformanceObserver } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { TCPServer, WebSocketPeer } from 'websocketpeer';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

const PACKETS = 100_000;
const IN_FLIGHT = 256;
const [size, into] = [Number(process.argv[2]), process.argv[3] === 'into'];
const message = new Uint8Array(size).fill(7);
const target = new Uint8Array(size);

const server = new TCPServer();
server.listen(0, '127.0.0.1');
const client = new WebSocketPeer();
client.connect_to_url(`ws://127.0.0.1:${server.get_local_port()}/`);
const accepted = new WebSocketPeer();

let collections = 0;
new PerformanceObserver((list) => {
  collections += list.getEntries().length;
}).observe({ entryTypes: ['gc'] });

function take(peer) {
  return into ? peer.get_packet_into(target) === size : peer.get_packet().length === size;
}

let echoed = 0;
let sent = 0;
let before = null;

function frame() {
  accepted.poll();
  while (accepted.get_available_packet_count() > 0) if (take(accepted)) accepted.send(into ? target : message);
  client.poll();
  while (client.get_available_packet_count() > 0) if (take(client)) echoed += 1;
  while (client.get_ready_state() === WebSocketPeer.STATE_OPEN && sent < echoed + IN_FLIGHT) {
    client.send(message);
    sent += 1;
  }
}

function loop() {
  if (server.is_connection_available()) accepted.accept_stream(server.take_connection());
  frame();
  if (before === null && echoed >= PACKETS) {
    collect(); // the first round warmed up
    setImmediate(() => {
      collections = 0;
      before = process.memoryUsage().heapUsed;
      loop();
    });
    return;
  }
  if (echoed >= 2 * PACKETS) {
    const during = collections;
    collect();
    const kept = process.memoryUsage().heapUsed - before;
    process.stdout.write(JSON.stringify({ collections: during, kept }), () => process.exit(0));
    return;
  }
  setImmediate(loop);
}
loop();
