// One recorded game of the engine, a server and two clients, byte for byte: each side plays its part against a raw
// other side. Keys, masks and ids are drawn by chance; the rest is equal.
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WebSocketMultiplayerPeer } from '../../../host/godot4/multiplayer/web-socket-multiplayer-peer.js';
import { bytes, clientFrame, MultiplayerGame } from '../../helpers/multiplayer.js';
import type { RawPeer } from '../../helpers/raw-peer.js';
import { frame, OP, parseFrames } from '../../helpers/raw-peer-frames.js';
import { headEnd } from '../../helpers/raw-peer-handshake.js';

interface TapEntry {
  readonly dir?: string;
  readonly hex?: string;
}

const { multiplayer_tap: tap } = JSON.parse(
  readFileSync(new URL('../../golden/frames.json', import.meta.url), 'utf8'),
) as { multiplayer_tap: { entries: TapEntry[] } };

/** What went in one direction of one connection: the lines of the head, and the frames. */
interface Half {
  readonly head: readonly string[];
  readonly frames: readonly string[];
}

const GOODBYE = bytes(3, 0xe8);
const CHANCE = /^(Host|Sec-WebSocket-Key|Sec-WebSocket-Accept):.*/;

function half(stream: Uint8Array): Half {
  const text = Buffer.from(stream);
  const end = text.indexOf('\r\n\r\n') + 4;
  const head = text.subarray(0, end).toString('latin1').split('\r\n');
  const { frames } = parseFrames(stream.subarray(end));
  return {
    head: head.map((line) => line.replace(CHANCE, '$1')),
    frames: frames.map(({ opcode, fin, masked, payload }) => {
      const shown = Buffer.from(payload).toString('hex');
      return `${opcode} ${fin ? 'fin' : ''} ${masked ? 'masked' : ''} ${shown}`;
    }),
  };
}

function recorded(direction: string): Half {
  const pieces = tap.entries.filter(({ dir, hex }) => dir === direction && hex !== undefined);
  return half(Buffer.from(pieces.map(({ hex }) => hex).join(''), 'hex'));
}

/** The id is a number of its own in each game. */
const withoutId = ({ head, frames }: Half): Half => ({ head, frames: frames.slice(1) });

let game: MultiplayerGame;
beforeEach(() => {
  game = new MultiplayerGame();
});
afterEach(() => game.end());

function put(from: WebSocketMultiplayerPeer, target: number, text: string): void {
  from.set_target_peer(target);
  from.put_packet(Buffer.from(text));
}

/** What `raw` has got since the start, `length` bytes at least. */
async function whole(raw: RawPeer, length: number, ...peers: WebSocketMultiplayerPeer[]): Promise<Half> {
  await game.play(() => raw.received.length >= length, `${length} bytes`, ...peers);
  return half(raw.take());
}

const lengthOf = (direction: string): number =>
  tap.entries.reduce((sum, { dir, hex = '' }) => sum + (dir === direction ? hex.length / 2 : 0), 0);

describe('the recorded game', () => {
  it('goes the same way from the server', async () => {
    const server = game.host();
    const join = async (): Promise<{ raw: RawPeer; id: number }> => {
      const raw = await game.rawClient(server.get_local_port());
      raw.sendRequest('/game');
      const before = game.signals.length;
      await game.play(() => game.signals.length > before, 'joining', server);
      return { raw, id: game.signals[before][1] };
    };
    const [a, b] = [await join(), await join()];
    put(server, 0, 'srv-all');
    put(server, a.id, 'srv-a');
    put(server, -a.id, 'srv-not-a');
    a.raw.send(clientFrame('a-all'), clientFrame('a-to-b'));
    b.raw.send(clientFrame('from b'));
    await game.play(() => server.get_available_packet_count() === 3, 'packets', server);
    b.raw.end();
    await game.play(() => game.signals.length === 3, 'b to be gone', server);
    server.disconnect_peer(a.id);
    const [toA, toB] = [await whole(a.raw, lengthOf('server>client1')), await whole(b.raw, lengthOf('server>client2'))];
    expect(withoutId(toA)).toEqual(withoutId(recorded('server>client1')));
    expect(withoutId(toB)).toEqual(withoutId(recorded('server>client2')));
    const idFrame = (id: number): string => {
      const payload = Buffer.alloc(4);
      payload.writeInt32LE(id);
      return `${OP.BINARY} fin  ${payload.toString('hex')}`;
    };
    expect([toA.frames[0], toB.frames[0]]).toEqual([idFrame(a.id), idFrame(b.id)]);
  });

  it('goes the same way from the clients', async () => {
    const server = await game.rawServer();
    const join = async (id: number): Promise<{ client: WebSocketMultiplayerPeer; raw: RawPeer }> => {
      const client = game.member();
      client.create_client(`ws://127.0.0.1:${server.port}/game`);
      let raw: RawPeer | null = null;
      const hasAsked = (): boolean => {
        raw ??= server.take();
        return raw !== null && headEnd(raw.received) > 0;
      };
      await game.play(hasAsked, 'the request', client);
      const other = raw as unknown as RawPeer;
      other.sendAnswer(other.received);
      other.send(frame(OP.BINARY, bytes(id, 0, 0, 0)));
      await game.play(() => client.get_connection_status() === 2, 'joining', client);
      return { client, raw: other };
    };
    const [a, b] = [await join(8), await join(9)];
    put(a.client, 0, 'a-all');
    put(a.client, 9, 'a-to-b');
    b.client.put_var({ k: 1 });
    a.raw.send(frame(OP.CLOSE, GOODBYE));
    expect(await whole(a.raw, lengthOf('client1>server'), a.client)).toEqual(recorded('client1>server'));
    expect(await whole(b.raw, lengthOf('client2>server'), b.client)).toEqual(recorded('client2>server'));
    b.client.close();
    await game.play(() => b.raw.hasEnded, 'the end');
    expect(b.raw.received.length).toBe(0);
  });
});
