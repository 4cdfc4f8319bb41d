// The programs in docs/scaling.md, run as they stand against the built package.
import { describe, expect, it } from 'vitest';
import { WebSocketMultiplayerPeer } from '../../host/index.js';
import { until } from '../helpers/game.js';
import { isBuilt, programsOf, usePrograms } from '../helpers/programs.js';

const [alone, workers] = programsOf('docs/scaling.md');
const programs = usePrograms();

/** A client in the room at `path`; it joins again until the program lets it in. */
async function joined(port: number, path: string): Promise<WebSocketMultiplayerPeer> {
  const peer = new WebSocketMultiplayerPeer();
  programs.endings.push(() => peer.close());
  await until(() => {
    if (peer.get_connection_status() === 0) peer.create_client(`ws://127.0.0.1:${port}${path}`);
    peer.poll();
    return peer.get_connection_status() === 2;
  }, 'the room');
  return peer;
}

describe.skipIf(!isBuilt)('docs/scaling.md', () => {
  it('has rooms and their gateway in one process', async () => {
    const { port, out } = await programs.run(alone);
    const peer = await joined(port, '/room-7');
    const id = peer.get_unique_id();
    await until(() => out().includes(`${id} is in room-7`), 'the line');
    peer.close();
    await until(() => out().includes(`${id} has left room-7`), 'the end');
    expect(await joined(port, '/room-7')).toBeDefined();
  });

  it('has rooms in two workers of one machine', async () => {
    const { port, out } = await programs.run(workers);
    const peers = [];
    for (const name of ['a', 'b', 'c', 'd']) peers.push(await joined(port, `/${name}`));
    await until(() => (out().match(/is in/g) ?? []).length >= 4, 'the lines');
    const processes = new Set([...out().matchAll(/of process (\d+)/g)].map(([, pid]) => pid));
    expect(processes.size).toBe(2);
  });
});
