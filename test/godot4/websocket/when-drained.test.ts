// News of drained output over real sockets, TLS and scripted streams, with and without compression, from readers that
// stop and go on.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { StreamPeerExtension } from '../../../host/godot4/io/stream-peer-extension.js';
import { WebSocketPeer } from '../../../host/godot4/websocket/web-socket-peer.js';
import { whenDrained } from '../../../host/godot4/websocket/when-drained.js';
import { SESSION } from '../../../host/protocol/session.js';
import { until } from '../../helpers/game.js';
import type { Stage } from '../../helpers/stage.js';
import { PeerClientStage, TlsClientStage } from '../../helpers/stage-clients.js';
import { TcpStage, TlsStage, UdsStage, UpgradeStage } from '../../helpers/stage-servers.js';

const KINDS: [string, new (properties: ConstructorParameters<typeof TcpStage>[0]) => Stage][] = [
  ['accept_stream', TcpStage],
  ['accept_stream over TLS', TlsStage],
  ['accept_stream of a UDSServer', UdsStage],
  ['accept_upgrade', UpgradeStage],
  ['connect_to_url', PeerClientStage],
  ['connect_to_url over TLS', TlsClientStage],
];
const DEFLATE = [
  'Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover',
];
const NO_LIMITS = { outbound_buffer_size: 0, max_queued_packets: 100_000 };
/** Half of each packet is noise: compression makes it shorter, and it fills the system's buffers. */
const CHUNK = new Uint8Array(262_144);
crypto.getRandomValues(CHUNK.subarray(0, 65_536));
crypto.getRandomValues(CHUNK.subarray(65_536, 131_072));

let stage: Stage | null = null;
beforeEach(() => {
  stage = null;
});
afterEach(() => stage?.end());

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Sends until the system takes no more; a turn later the packets still wait. */
async function fill(peer: WebSocketPeer): Promise<void> {
  for (let stuck = 0; stuck < 5; ) {
    if (stuck === 0) expect(peer.send(CHUNK)).toBe(0);
    await turn();
    await turn();
    stuck = peer.get_current_outbound_buffered_amount() > 0 ? stuck + 1 : 0;
  }
}

describe.each(KINDS)('%s', (_name, Kind) => {
  test.each([0, 1])('with compression_mode %i tells once a slow reader has made room', async (compression_mode) => {
    const game = new Kind({ ...NO_LIMITS, compression_mode: compression_mode as 0 | 1 });
    stage = game;
    await game.begin();
    const meeting = await game.meet();
    await meeting.open(compression_mode === 1 ? DEFLATE : []);
    const peer = meeting.seat as WebSocketPeer;
    expect(peer.is_compression_active()).toBe(compression_mode === 1);
    meeting.raw.stopReading();
    await fill(peer);
    const news: number[] = [];
    expect(whenDrained(peer, () => news.push(peer.get_current_outbound_buffered_amount()))).toBe(true);
    await turn();
    await turn();
    expect(news).toEqual([]);
    meeting.raw.socket.resume();
    await until(() => news.length > 0, 'the news');
    expect(news).toEqual([0]);
    meeting.raw.stopReading();
    await fill(peer);
    whenDrained(peer, () => news.push(-1));
    meeting.raw.destroy();
    await game.play(() => news.length > 1, 'the news of the end');
    await turn();
    expect(news).toEqual([0, -1]);
  });
});

/** A stream whose other side takes `room` bytes. */
class Sluice extends StreamPeerExtension {
  other: Sluice | null = null;
  room = Number.POSITIVE_INFINITY;
  #bytes: number[] = [];

  override _get_available_bytes(): number {
    return this.#bytes.length;
  }

  override _get_partial_data(count: number): [number, Uint8Array] {
    return [0, Uint8Array.from(this.#bytes.splice(0, count))];
  }

  override _put_partial_data(data: Uint8Array): [number, number] {
    const sent = Math.min(data.length, this.room);
    this.room -= sent;
    this.other?.take(data.subarray(0, sent));
    return [0, sent];
  }

  take(data: Uint8Array): void {
    this.#bytes.push(...data);
    this.notify_activity();
  }
}

test('a stream that is a script tells once it has taken everything, also piece by piece', async () => {
  const [left, right] = [new Sluice(), new Sluice()];
  [left.other, right.other] = [right, left];
  const [client, server] = [new WebSocketPeer(), new WebSocketPeer()];
  expect([client.connect_to_stream(left), server.accept_stream(right)]).toEqual([0, 0]);
  await until(() => {
    client.poll();
    server.poll();
    return (
      client.get_ready_state() === WebSocketPeer.STATE_OPEN && server.get_ready_state() === WebSocketPeer.STATE_OPEN
    );
  }, 'both ends');
  left.room = 100;
  client.send(new Uint8Array(1000));
  const news: number[] = [];
  whenDrained(client, () => news.push(client.get_current_outbound_buffered_amount()));
  for (const room of [0, 300, 300, 299, 200]) {
    for (let i = 0; i < 5; i += 1) await turn();
    expect([news, client.get_current_outbound_buffered_amount()]).toEqual([[], 1000]);
    left.room += room;
    left.notify_activity();
  }
  await until(() => news.length > 0, 'the news');
  expect(news).toEqual([0]);
  client.free();
  server.free();
});

test('a peer without a connection, or with one that can not tell, says so', () => {
  expect(whenDrained(new WebSocketPeer(), () => {})).toBe(false);
  const ofPage = Object.defineProperty(new WebSocketPeer(), SESSION, { value: { state: 1 } });
  expect(whenDrained(ofPage, () => {})).toBe(false);
});
