// Run by calls.test.ts: remote calls through a transport that is only played, out or in. Prints the bytes of heap that
// each made, as JSON. Arguments: the way, the peers, the values that are sent.
import { createHash } from 'node:crypto';
import { PerformanceObserver } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { MultiplayerPeer } from 'websocketpeer';
import { Node, SceneTree } from 'websocketpeer/scene';
import { Vector2, var_to_compressed } from 'websocketpeer/variant';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

const WARM_UP = 50_000;
const CALLS = 20_000;
const AT_ONCE = 100;
const KINDS = { nothing: [], numbers: [7, 2.5], place: [new Vector2(1, 2)], text: ['hello'] };
const [way, peers, kind] = [process.argv[2], Number(process.argv[3]), process.argv[4]];
const args = KINDS[kind];

/** A server's transport: what is put is dropped, and one packet comes again and again. */
class PlayedPeer extends MultiplayerPeer {
  packet = null;
  waiting = 0;
  put = 0;
  poll() {}
  close() {}
  disconnect_peer() {}
  set_target_peer() {}
  get_unique_id = () => 1;
  get_connection_status = () => MultiplayerPeer.CONNECTION_CONNECTED;
  get_packet_peer = () => 2;
  get_packet_channel = () => 0;
  get_packet_mode = () => MultiplayerPeer.TRANSFER_MODE_RELIABLE;
  get_available_packet_count = () => this.waiting;
  put_packet() {
    this.put += 1;
    return 0;
  }
  get_packet() {
    this.waiting -= 1;
    return this.packet;
  }
}

class Main extends Node {
  static rpcs = { move: { mode: 'any_peer', arguments: [0, 2] } };
  calls = 0;
  move() {
    this.calls += 1;
  }
}

const peer = new PlayedPeer();
const tree = new SceneTree();
const main = new Main();
main.name = 'Main';
tree.root.add_child(main);
tree.get_multiplayer().multiplayer_peer = peer;

function receive(packet, times = 1) {
  peer.packet = packet;
  peer.waiting = times;
  tree.process(0);
}

for (let i = 0; i < peers; i += 1) peer.emit_signal('peer_connected', 2 + i);
const checksum = createHash('md5').update('move').digest('hex');
receive(Buffer.from(`\x01${checksum}\0\x05\0\0\0Main\0`, 'latin1'));
main.rpc('move', ...args);
for (let i = 0; i < peers; i += 1) {
  peer.get_packet_peer = () => 2 + i;
  receive(Uint8Array.of(2, 1, 1, 0, 0, 0));
}
peer.get_packet_peer = () => 2;

const head = args.length === 0 ? [0x80, 5, 0] : [0, 5, 0, args.length];
const call = Uint8Array.of(...head, ...var_to_compressed(...args));
const ways = {
  in: (count) => {
    for (let i = 0; i < count; i += AT_ONCE) receive(call, AT_ONCE);
  },
  out: (count) => {
    for (let i = 0; i < count; i += 1) main.rpc('move', ...args);
  },
};

let collections = 0;
new PerformanceObserver((list) => {
  collections += list.getEntries().length;
}).observe({ entryTypes: ['gc'] });
const handled = () => (way === 'in' ? main.calls : peer.put / peers);

ways[way](WARM_UP);
collect();
await new Promise((resolve) => setTimeout(resolve, 50));
collections = 0;
const before = { heap: process.memoryUsage().heapUsed, handled: handled() };
ways[way](CALLS);
const bytes = (process.memoryUsage().heapUsed - before.heap) / CALLS;
const calls = handled() - before.handled;
await new Promise((resolve) => setTimeout(resolve, 50));
process.stdout.write(JSON.stringify({ bytes, calls, collections }), () => process.exit(0));
