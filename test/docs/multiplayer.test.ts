// The programs in docs/multiplayer.md, run as they stand against the built package.
import { describe, expect, it } from 'vitest';
import { MultiplayerPeer, SceneMultiplayer, WebSocketMultiplayerPeer } from '../../host/index.js';
import { until } from '../helpers/game.js';
import { isBuilt, programsOf, usePrograms } from '../helpers/programs.js';

const [server, variables] = programsOf('docs/multiplayer.md');
const programs = usePrograms();

describe.skipIf(!isBuilt)('docs/multiplayer.md', () => {
  it('has a server through which two games see each other', async () => {
    const { port, out } = await programs.run(server);
    const games = [new SceneMultiplayer(), new SceneMultiplayer()];
    const peers = games.map((game) => {
      const peer = new WebSocketMultiplayerPeer();
      programs.endings.push(() => peer.close());
      return { game, peer };
    });
    await until(() => {
      for (const { game, peer } of peers) {
        if (peer.get_connection_status() === MultiplayerPeer.CONNECTION_DISCONNECTED) {
          peer.create_client(`ws://127.0.0.1:${port}`);
          game.multiplayer_peer = null;
          game.multiplayer_peer = peer;
        }
        game.poll();
      }
      return games.every((game) => game.get_peers().length === 2);
    }, 'each other');
    for (const { peer } of peers) await until(() => out().includes(`${peer.get_unique_id()} plays`), 'its line');
  });

  it('writes and reads variables', async () => {
    const { out } = await programs.run(variables);
    await until(() => out().includes('Ada'), 'the name');
    expect(out()).toMatch(/^\d+ bytes\nAda\n$/);
  });
});
