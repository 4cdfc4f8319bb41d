// The programs in docs/handshake-hook.md, run as they stand against the built package, on a port of their own.
import { describe, expect, it } from 'vitest';
import { WebSocketMultiplayerPeer, WebSocketPeer } from '../../host/index.js';
import { until } from '../helpers/game.js';
import { answer, isBuilt, programsOf, usePrograms } from '../helpers/programs.js';
import { useReports } from '../helpers/reports.js';

const [token, later, proxy] = programsOf('docs/handshake-hook.md');
const programs = usePrograms();
const reports = useReports();

/** A client that the program refuses. */
async function refused(port: number, headers: readonly string[] = []): Promise<WebSocketPeer> {
  const peer = new WebSocketPeer();
  peer.handshake_headers = [...headers];
  programs.endings.push(() => peer.free());
  peer.connect_to_url(`ws://127.0.0.1:${port}/?token=wrong`);
  await until(() => {
    peer.poll();
    return peer.get_ready_state() === WebSocketPeer.STATE_CLOSED;
  }, 'the refusal');
  return peer;
}

describe.skipIf(!isBuilt)('docs/handshake-hook.md', () => {
  it('lets in who has a token, in the query or in a cookie, and nobody else', async () => {
    const { port, out } = await programs.run(token);
    expect(await answer(await programs.opened(port, '/?token=t0k3n'))).toBe('welcome, Ada');
    expect(await answer(await programs.opened(port, '/', ['Cookie: a=b; token=t0k3n']))).toBe('welcome, Ada');
    reports.clear();
    await refused(port);
    expect(reports.take()).toEqual([expect.stringContaining('401 Unauthorized')]);
    const page = await refused(port, ['Origin: http://127.0.0.1']);
    expect([page.get_close_code(), page.get_close_reason()]).toEqual([4401, 'log in first']);
    expect(out()).not.toContain('Error');
  });

  it('answers after a look into a database', async () => {
    const { port, out } = await programs.run(later);
    const peer = new WebSocketMultiplayerPeer();
    programs.endings.push(() => peer.close());
    await until(() => {
      if (peer.get_connection_status() === 0) peer.create_client(`ws://127.0.0.1:${port}/?token=t0k3n`);
      peer.poll();
      return peer.get_connection_status() === 2;
    }, 'the program');
    await until(() => out().includes(`${peer.get_unique_id()} is Ada`), 'the name');
    reports.clear();
    await refused(port);
    expect(reports.take()).toEqual([expect.stringContaining('403 Forbidden')]);
  });

  it('knows who comes through a proxy', async () => {
    const { port } = await programs.run(proxy);
    const headers = ['X-Forwarded-For: 6.6.6.6, 203.0.113.9, 10.0.0.2', 'X-Forwarded-Proto: https'];
    const peer = await programs.opened(port, '/game', headers);
    expect(await answer(peer)).toBe(`you are 203.0.113.9 at wss://127.0.0.1:${port}/game`);
  });
});
