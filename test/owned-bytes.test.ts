// Whose memory it is: bytes of every kind, given in every way that there is, and written over right after the call. What
// counts is what they were in the call; the caller keeps all of his memory, and what lies around them in it.
import { MessageChannel } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { OK } from '../host/binding/errors.js';
import type { Bytes } from '../host/binding/types.js';
import { ownedCopy } from '../host/bytes.js';
import { StreamPeerBuffer } from '../host/godot4/io/stream-peer-buffer.js';
import { StreamPeerExtension } from '../host/godot4/io/stream-peer-extension.js';
import { WebSocketPeer } from '../host/godot4/websocket/web-socket-peer.js';
import { MessagePortStream } from '../host/streams/message-port-stream.js';
import { StreamPhase } from '../host/transport/byte-stream.js';
import { StreamDuplex } from '../host/transport/node/stream-duplex.js';
import { hostPeers, WorkerWebSocketPeer } from '../host/worker/index.js';
import { Told } from './helpers/extension-twin.js';
import { Game, until } from './helpers/game.js';
import { keep, pair } from './helpers/net-peers.js';

let game = new Game();
afterEach(() => {
  game.end();
  game = new Game();
});

/** Given bytes, and all of the memory that they lie in. */
interface Given {
  readonly value: Bytes;
  readonly whole: Uint8Array;
}

const AROUND = 3;
const SMALL = 8;
/** More than the system takes at once. */
const LARGE = 8 * 1024 * 1024;

/** `content` between bytes of somebody else, as a value that `make` cuts out of their buffer. */
function inTheMiddle(content: Uint8Array, buffer: ArrayBufferLike, make: (offset: number) => Bytes): Given {
  const whole = new Uint8Array(buffer).fill(0xaa);
  whole.set(content, AROUND);
  return { value: make(AROUND), whole };
}

const room = (content: Uint8Array): ArrayBuffer => new ArrayBuffer(content.length + 2 * AROUND);

/** What people have bytes in. */
const KINDS: readonly [kind: string, make: (content: Uint8Array) => Given][] = [
  ['a Uint8Array', (content) => ({ value: content, whole: content })],
  ['an ArrayBuffer', (content) => ({ value: content.buffer, whole: content })],
  [
    'a Buffer of its own',
    ({ buffer }) => {
      const value = Buffer.from(buffer as ArrayBuffer);
      return { value, whole: value };
    },
  ],
  [
    'a Buffer in Node’s pool',
    (content) => {
      const value = Buffer.from(content);
      return { value, whole: value }; // others write to the rest of the pool at any time
    },
  ],
  [
    'a part of a Buffer',
    (content) => {
      const buffer = room(content);
      return inTheMiddle(content, buffer, (offset) => Buffer.from(buffer, offset, content.length));
    },
  ],
  [
    'a part of a Uint8Array',
    (content) => {
      const buffer = room(content);
      return inTheMiddle(content, buffer, (offset) => new Uint8Array(buffer, offset, content.length));
    },
  ],
  [
    'a DataView',
    (content) => {
      const buffer = room(content);
      return inTheMiddle(content, buffer, (offset) => new DataView(buffer, offset, content.length));
    },
  ],
  [
    'a part of shared memory',
    (content) => {
      const buffer = new SharedArrayBuffer(content.length + 2 * AROUND);
      return inTheMiddle(content, buffer, (offset) => new Uint8Array(buffer, offset, content.length));
    },
  ],
];

/** A way that bytes go: given here, they come out there. */
interface Way {
  give(bytes: Bytes): unknown;
  /** What has come out, all together. */
  taken(): Uint8Array;
}

const of = (bytes: Uint8Array | number[]): Uint8Array => Uint8Array.from(bytes);

function throughBuffer(give: (stream: StreamPeerBuffer, bytes: Bytes) => void): () => Way {
  return () => {
    const stream = new StreamPeerBuffer();
    return {
      give: (bytes) => {
        give(stream, bytes);
        stream.seek(stream.get_size());
        stream.put_u8(99); // not into the caller's memory
      },
      taken: () => stream.data_array.subarray(0, -1),
    };
  };
}

/** All that comes out of `stream`, chunk after chunk. */
function readFrom(stream: { get_available_bytes(): number; get_partial_data(bytes: number): [number, Uint8Array] }) {
  const all = new Uint8Array(LARGE);
  let size = 0;
  return (): Uint8Array => {
    const waiting = stream.get_available_bytes();
    if (waiting > 0) all.set(stream.get_partial_data(waiting)[1], size);
    size += waiting;
    return all.subarray(0, size);
  };
}

async function throughTcp(): Promise<Way> {
  const { client, other } = await pair();
  return { give: (bytes) => client.put_data(bytes), taken: readFrom(other) };
}

function throughPort(give: (stream: MessagePortStream, bytes: Bytes) => unknown): () => Way {
  return () => {
    const { port1, port2 } = new MessageChannel();
    const [here, there] = [keep(new MessagePortStream(port1)), keep(new MessagePortStream(port2))];
    return { give: (bytes) => give(here, bytes), taken: readFrom(there) };
  };
}

/** A script that keeps what it is given. */
class Keeper extends StreamPeerExtension {
  readonly kept: Uint8Array[] = [];
  override _put_partial_data(data: Uint8Array): [number, number] {
    this.kept.push(data);
    return [OK, data.length];
  }
}

function throughScript(give: (script: Keeper, bytes: Bytes) => unknown): () => Way {
  return () => {
    const script = new Keeper();
    return { give: (bytes) => give(script, bytes), taken: () => of(Buffer.concat(script.kept)) };
  };
}

function throughMultiplayerScript(): Way {
  const script = new Told();
  return { give: (bytes) => script.put_packet(bytes), taken: () => script.packets[0] };
}

function fromMultiplayerScript(): Way {
  const script = new Told();
  let taken = of([]);
  return {
    give: (bytes) => {
      script.packets.push(asArray(bytes));
      taken = script.get_packet();
    },
    taken: () => taken,
  };
}

/** A script that gives away the memory in which its next bytes will be. */
function fromScript(take: (stream: StreamPeerExtension) => [number, Uint8Array]): () => Way {
  return () => {
    let source: Uint8Array | null = null;
    const stream = new (class extends StreamPeerExtension {
      override _get_available_bytes = (): number => source?.length ?? 0;
      override _get_partial_data = (): [number, Uint8Array] => [OK, source as Uint8Array];
    })();
    let taken = of([]);
    return {
      give: (bytes) => {
        source = ArrayBuffer.isView(bytes)
          ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
          : Buffer.from(bytes);
        taken = take(stream)[1];
      },
      taken: () => taken,
    };
  };
}

/** Below TLS: what a stream shows is valid during the call only. */
function throughDuplex(): Way {
  const base = { phase: StreamPhase.OPEN, error: null, attach() {}, resume() {}, pause() {}, destroy() {} };
  const duplex = new StreamDuplex(base as unknown as ConstructorParameters<typeof StreamDuplex>[0]);
  return {
    give: (bytes) => {
      const buffer = ArrayBuffer.isView(bytes)
        ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
        : Buffer.from(bytes);
      duplex.receive(buffer, buffer.length);
    },
    taken: () => of((duplex.read() as Uint8Array | null) ?? []),
  };
}

function packetsOf(peer: WebSocketPeer): () => Uint8Array {
  let packet = of([]);
  return () => {
    peer.poll();
    if (peer.get_available_packet_count() > 0) packet = peer.get_packet();
    return packet;
  };
}

async function throughSocket(give: (peer: WebSocketPeer, bytes: Bytes) => void, from: 'client' | 'server') {
  const pair = await game.pair();
  const to = from === 'client' ? pair.server : pair.client;
  return { give: (bytes: Bytes) => give(pair[from], bytes), taken: packetsOf(to) };
}

async function throughWorker(give: (peer: WorkerWebSocketPeer, bytes: Bytes) => unknown): Promise<Way> {
  const { port1, port2 } = new MessageChannel();
  hostPeers({ scope: port2 });
  port2.start();
  const peer = keep(new WorkerWebSocketPeer(port1));
  game.atEnd(() => port1.close());
  const server = game.tcpServer();
  expect(peer.connect_to_url(`ws://127.0.0.1:${server.get_local_port()}`)).toBe(OK);
  await until(() => server.is_connection_available(), 'a connection');
  const remote = game.peer();
  remote.accept_stream(server.take_connection());
  await until(() => {
    peer.poll();
    remote.poll();
    return peer.get_ready_state() === WebSocketPeer.STATE_OPEN;
  }, 'open');
  return { give: (bytes) => give(peer, bytes), taken: packetsOf(remote) };
}

const WAYS: readonly [way: string, size: number, open: () => Way | Promise<Way>][] = [
  ['StreamPeerBuffer.data_array', SMALL, throughBuffer((stream, bytes) => (stream.data_array = bytes))],
  ['StreamPeerBuffer.put_data', SMALL, throughBuffer((stream, bytes) => stream.put_data(bytes))],
  ['StreamPeerTCP.put_data of more than the system takes', LARGE, throughTcp],
  ['MessagePortStream.put_data', SMALL, throughPort((stream, bytes) => stream.put_data(bytes))],
  ['MessagePortStream.put_partial_data', SMALL, throughPort((stream, bytes) => stream.put_partial_data(bytes))],
  [
    'MessagePortStream._put_partial_data, called by a script',
    SMALL,
    throughPort((stream, bytes) => stream._put_partial_data(asArray(bytes))),
  ],
  ['StreamPeerExtension.put_data', SMALL, throughScript((script, bytes) => script.put_data(bytes))],
  ['StreamPeerExtension.put_partial_data', SMALL, throughScript((script, bytes) => script.put_partial_data(bytes))],
  ['StreamPeerExtension.get_data', SMALL, fromScript((stream) => stream.get_data(SMALL))],
  ['StreamPeerExtension.get_partial_data', SMALL, fromScript((stream) => stream.get_partial_data(SMALL))],
  ['MultiplayerPeerExtension.put_packet', SMALL, throughMultiplayerScript],
  ['MultiplayerPeerExtension.get_packet', SMALL, fromMultiplayerScript],
  ['a stream below TLS', SMALL, throughDuplex],
  ['WebSocketPeer.send of a client', SMALL, () => throughSocket((peer, bytes) => peer.send(bytes), 'client')],
  ['WebSocketPeer.send of a server', SMALL, () => throughSocket((peer, bytes) => peer.send(bytes), 'server')],
  [
    'WebSocketPeer.broadcast',
    SMALL,
    () => throughSocket((peer, bytes) => WebSocketPeer.broadcast([peer], bytes), 'server'),
  ],
  ['WorkerWebSocketPeer.send', SMALL, () => throughWorker((peer, bytes) => peer.send(bytes))],
  ['WorkerWebSocketPeer.put_packet', SMALL, () => throughWorker((peer, bytes) => peer.put_packet(bytes))],
];

/** As a script would have it, which is asked for no kind but this: a Buffer stays one. */
function asArray(bytes: Bytes): Uint8Array {
  if (bytes instanceof Uint8Array) return bytes;
  return ArrayBuffer.isView(bytes)
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : of(new Uint8Array(bytes));
}

describe.each(WAYS)('%s', (_, size, open) => {
  it.each(KINDS)('%s', async (_kind, make) => {
    const content = new Uint8Array(size).map((_byte, index) => index * 7 + 1);
    const expected = of(content);
    const { value, whole } = make(content);
    const given = asArray(value);
    const way = await open();
    const before = of(whole);
    way.give(value);
    expect(whole.length).toBe(before.length); // nothing has moved away
    expect(Buffer.compare(whole, before)).toBe(0);
    given.fill(0xee);
    let taken = of([]);
    await until(() => {
      taken = way.taken();
      return taken.length >= size;
    }, 'what was given');
    expect(Buffer.compare(taken, expected)).toBe(0);
  });
});

describe('what comes out is the caller’s', () => {
  it('data_array of a StreamPeerBuffer stays as it was, and so does a duplicate', () => {
    const stream = new StreamPeerBuffer();
    stream.data_array = Buffer.from([1, 2, 3]);
    const [out, twin] = [stream.data_array, stream.duplicate()];
    stream.put_u8(77);
    expect([[...out], [...twin.data_array], [...stream.data_array]]).toEqual([
      [1, 2, 3],
      [1, 2, 3],
      [77, 2, 3],
    ]);
  });

  it('a copy is a plain Uint8Array in memory of its own size, whatever it is a copy of', () => {
    for (const bytes of [Buffer.from([1, 2]), Uint8Array.of(0, 1, 2).subarray(1)]) {
      const copy = ownedCopy(bytes);
      expect([copy.constructor === Uint8Array, copy.buffer.byteLength]).toEqual([true, 2]);
    }
  });
});
