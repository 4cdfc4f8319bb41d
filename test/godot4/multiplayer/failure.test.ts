// Why a multiplayer client could not join: the failure as data, and one report whose source is the multiplayer peer.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ReportDetail, set_error_handler } from '../../../host/binding/error-handler.js';
import { WebSocketMultiplayerPeer } from '../../../host/index.js';
import { MultiplayerGame } from '../../helpers/multiplayer.js';
import { deafPort } from '../../helpers/ports.js';

const { CONNECTION_DISCONNECTED, CONNECTION_CONNECTED } = WebSocketMultiplayerPeer;

let game: MultiplayerGame;
let told: [message: string, detail: ReportDetail][] = [];
beforeEach(() => {
  game = new MultiplayerGame();
  told = [];
  set_error_handler((message, _kind, detail) => told.push([message, detail]));
});
afterEach(() => game.end());

const gone = (client: WebSocketMultiplayerPeer): Promise<void> =>
  game.play(() => client.get_connection_status() === CONNECTION_DISCONNECTED, 'the end', client);

/** The client that could not join, and the only report. */
function expectFailure(client: WebSocketMultiplayerPeer, stage: string, code: string, line: RegExp): void {
  const failure = client.get_failure();
  expect(failure).toMatchObject({ stage, code, message: expect.stringMatching(line) });
  expect(told.map(([message]) => message)).toEqual([expect.stringContaining(failure?.message ?? '?')]);
  expect(told[0]?.[1].source).toBe(client);
  expect(told[0]?.[1]).toMatchObject({ failure, url: expect.stringMatching(/^ws:\/\/127.0.0.1:\d+$/) });
}

describe('get_failure of a client', () => {
  it('is that of its connection', async () => {
    const port = await deafPort();
    const client = game.member();
    client.create_client(`ws://127.0.0.1:${port}`);
    expect(client.get_failure()).toBeNull();
    await gone(client);
    expectFailure(client, 'connect', 'ECONNREFUSED', /^can't connect to ws:.* refused/);
  });

  it('says that joining took too long', async () => {
    const { client } = await game.rawHost(null, (peer) => {
      peer.handshake_timeout = 0.1;
    });
    await gone(client);
    expectFailure(client, 'handshake', 'TIMEOUT', /failed: no id within handshake_timeout, 0.1 s/);
  });

  it("says that the server's first message is no id", async () => {
    const { client, raw } = await game.rawHost(new TextEncoder().encode('welcome'));
    await game.play(() => client.get_failure() !== null, 'the failure', client);
    raw.destroy();
    await gone(client);
    expectFailure(client, 'handshake', 'BAD_FIRST_MESSAGE', /must be an id, got 0 \(7 bytes\)/);
  });

  it('is there in peer_disconnected and afterwards, until the next game begins', async () => {
    const { client, raw } = await game.rawHost(Uint8Array.of(9, 0, 0, 0));
    await game.play(() => client.get_connection_status() === CONNECTION_CONNECTED, 'joining', client);
    const seen: unknown[] = [];
    client.connect('peer_disconnected', () => seen.push(client.get_failure()?.code));
    raw.destroy();
    await gone(client);
    expect([seen, client.get_failure()?.code]).toEqual([['PEER_GONE'], 'PEER_GONE']);
    client.create_portless_server();
    expect(client.get_failure()).toBeNull();
  });

  it('is null after a good game, and on a server', async () => {
    const server = game.host();
    const client = game.guest(server);
    await game.play(() => client.get_connection_status() === CONNECTION_CONNECTED, 'joining', client, server);
    client.disconnect_peer(1);
    await game.play(() => client.get_connection_status() === CONNECTION_DISCONNECTED, 'the end', client, server);
    expect([client.get_failure(), server.get_failure(), told]).toEqual([null, null, []]);
  });
});
