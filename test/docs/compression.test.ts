// The programs in docs/compression.md, run as they stand against the built package, and its numbers.
import { describe, expect, it } from 'vitest';
import { summary } from '../../bench/lib/contest.mjs';
import { TCPServer, WebSocketPeer } from '../../host/index.js';
import { compressionPage } from '../../scripts/lib/compression-numbers.mjs';
import { until } from '../helpers/game.js';
import { answer, isBuilt, programsOf, usePrograms } from '../helpers/programs.js';

const PAGE = 'docs/compression.md';
const [snapshots, client] = programsOf(PAGE) as [string, string];
const programs = usePrograms();

/** Greets whoever greets. */
function serve(mode: WebSocketPeer.CompressionMode): number {
  const server = new TCPServer();
  server.listen(0, '127.0.0.1');
  programs.endings.push(() => server.stop());
  server.connect('activity', () => {
    while (server.is_connection_available()) {
      const peer = new WebSocketPeer();
      peer.compression_mode = mode;
      peer.accept_stream(server.take_connection());
      programs.endings.push(() => peer.free());
      peer.connect('activity', () => {
        peer.poll();
        while (peer.get_available_packet_count() > 0) peer.send_text(`${Buffer.from(peer.get_packet())} to you`);
      });
      peer.poll();
    }
  });
  return server.get_local_port();
}

describe.skipIf(!isBuilt)(PAGE, () => {
  it('sends snapshots to a client that compresses and to one that does not', async () => {
    const { port } = await programs.run(snapshots);
    const plain = await programs.opened(port);
    const peer = new WebSocketPeer();
    programs.endings.push(() => peer.free());
    peer.compression_mode = WebSocketPeer.COMPRESSION_MODE_MESSAGE;
    expect(peer.connect_to_url(`ws://127.0.0.1:${port}`)).toBe(0);
    for (const one of [peer, plain]) expect(JSON.parse(await answer(one))).toHaveLength(64);
    expect([peer.is_compression_active(), plain.is_compression_active()]).toEqual([true, false]);
  });

  it.each([
    [WebSocketPeer.COMPRESSION_MODE_MESSAGE, 'hello to you'],
    [WebSocketPeer.COMPRESSION_MODE_NONE, 'this server does not compress'],
  ])('asks a service whether it compresses (compression_mode %i)', async (mode, said) => {
    const { out } = programs.start(client, serve(mode));
    await until(() => out().includes('\n'), 'the client');
    expect(out().trim()).toBe(said);
  });
});

/** A recorded run whose suite of compression has one case. */
const RUN = {
  date: '2026-01-02T00:00:00.000Z',
  commit: 'abc',
  versions: { websocketpeer: '1.0.0', Node: '20.0.0' },
  backend: 'simd',
  machine: { system: 'linux 6 x64', processor: 'chip', cores: 2, memoryGiB: 8, loadAverage: 0.1 },
  options: { quick: false, rounds: 1 },
  absent: {},
  suites: [
    {
      ...{
        name: 'compression',
        title: 'Compression',
        unit: 'messages/s',
        better: 'higher',
        about: 'JSON.',
        seconds: 1,
      },
      cases: [
        {
          label: 'echo, 60 B',
          results: { websocketpeer: summary([5000]), 'ws, deflate': summary([7]) },
          failures: {},
          targets: [],
        },
      ],
    },
  ],
};

describe('the numbers of the page', () => {
  it('are those of the newest run, with the date of it', () => {
    const page = compressionPage([RUN]);
    expect(page).toContain('| echo, 60 B, messages/s | 5.00 k | – | – | 7 | – | – |');
    expect(page).toContain('2026-01-02: ');
  });

  it('say how to measure where nothing is recorded', () => {
    expect(compressionPage([])).toContain('npm run bench -- --only compression');
  });
});
