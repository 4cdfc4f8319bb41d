// The program in docs/recipes/reconnect.md, run as it stands against the built package.
import { describe, expect, it } from 'vitest';
import { TCPServer, WebSocketPeer } from '../../../host/index.js';
import { until } from '../../helpers/game.js';
import { freePort } from '../../helpers/ports.js';
import { answer, isBuilt, programsOf, usePrograms } from '../../helpers/programs.js';

const [client] = programsOf('docs/recipes/reconnect.md');
const programs = usePrograms();

function listening(port: number): TCPServer {
  const server = new TCPServer();
  programs.endings.push(() => server.stop());
  expect(server.listen(port, '127.0.0.1')).toBe(0);
  return server;
}

/** The client of the program, once it has come. */
async function taken(server: TCPServer): Promise<WebSocketPeer> {
  await until(() => server.is_connection_available(), 'the client');
  const peer = new WebSocketPeer();
  programs.endings.push(() => peer.free());
  peer.accept_stream(server.take_connection() as NonNullable<ReturnType<TCPServer['take_connection']>>);
  return peer;
}

const countOf = (text: string, what: string): number => text.split(what).length - 1;

describe.skipIf(!isBuilt)('docs/recipes/reconnect.md', () => {
  it('connects once there is a server, and again after each end, and says who it is each time', async () => {
    const port = await freePort();
    const { out } = await programs.run(client.replaceAll('9080', String(port)));
    await until(() => countOf(out(), 'closed -1') >= 2, 'two attempts that fail');
    const server = listening(port);
    for (const code of [1001, 4000]) {
      const peer = await taken(server);
      expect(await answer(peer)).toBe('I am Ada');
      peer.send_text('welcome');
      peer.close(code);
      await until(() => {
        peer.poll();
        return out().includes(`closed ${code}`);
      }, 'the end');
    }
    expect(await answer(await taken(server))).toBe('I am Ada');
    expect(countOf(out(), 'the server says welcome')).toBe(2);
  });

  it('waits longer after each attempt that failed', async () => {
    const { out } = await programs.run(client.replaceAll('9080', String(await freePort())));
    await until(() => countOf(out(), 'closed -1') === 1, 'the first end');
    const start = performance.now();
    await until(() => countOf(out(), 'closed -1') === 5, 'four more');
    const shortest = 0.5 * (250 + 500 + 1000 + 2000);
    expect(performance.now() - start).toBeGreaterThan(shortest - 200); // the first line may have come late
  });
});
