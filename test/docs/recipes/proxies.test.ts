// docs/recipes/proxies.md: its configurations in the real proxies, before its server; clients come through them over TLS
// from an address that is not the proxy's.
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { connect } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { StreamPeerTCP, WebSocketPeer } from '../../../host/index.js';
import { describeCommand } from '../../helpers/commands.js';
import { until } from '../../helpers/game.js';
import { freePort } from '../../helpers/ports.js';
import { answer, blocksOf, isBuilt, programsOf, type Running, usePrograms } from '../../helpers/programs.js';
import {
  configure,
  makePlace,
  type Place,
  PROXIES,
  type ProxyKind,
  replaced,
  startProxy,
} from '../../helpers/proxies.js';
import { useReports } from '../../helpers/reports.js';

const PAGE = 'docs/recipes/proxies.md';
const [program] = programsOf(PAGE);
const programs = usePrograms();
useReports();

/** An address of the loopback that is not the one from which proxies connect. */
const VISITOR = '127.0.0.7';

/** A connection through the proxy, up to the answer of the handshake; null when nobody listens. */
async function dialled({ port, root }: Place, headers: readonly string[]): Promise<WebSocketPeer | null> {
  const below = connectTcp({ port, host: '127.0.0.1', localAddress: VISITOR });
  const socket = connect({ socket: below, ca: root, servername: 'localhost' });
  try {
    await once(socket, 'secureConnect');
  } catch {
    return null;
  }
  const peer = new WebSocketPeer();
  programs.endings.push(() => peer.free());
  peer.handshake_headers = [...headers];
  peer.connect_to_stream(StreamPeerTCP.from_socket(socket) as StreamPeerTCP, `ws://localhost:${port}/game`);
  await until(() => {
    peer.poll();
    return peer.get_ready_state() !== WebSocketPeer.STATE_CONNECTING;
  }, 'the proxy');
  return peer;
}

/** A client that is open: proxy and server may take a while to start. */
async function visitor(place: Place, headers: readonly string[] = []): Promise<WebSocketPeer> {
  for (;;) {
    const peer = await dialled(place, headers);
    if (peer?.get_ready_state() === WebSocketPeer.STATE_OPEN) return peer;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function echoed(peer: WebSocketPeer, text: string): Promise<string> {
  peer.send_text(text);
  return answer(peer);
}

const greeting = ({ port }: Place): string => `you are ${VISITOR} at wss://localhost:${port}/game`;

/** The server of the page, with another heartbeat. */
const withHeartbeat = (seconds: number): string =>
  replaced(program, [['heartbeat_interval: 20', `heartbeat_interval: ${seconds}`]]);

async function closed(peer: WebSocketPeer): Promise<number> {
  await until(() => {
    peer.poll();
    return peer.get_ready_state() === WebSocketPeer.STATE_CLOSED;
  }, 'the end');
  return peer.get_close_code();
}

describe.skipIf(!isBuilt)(PAGE, () => {
  for (const kind of PROXIES) describeCommand(kind.command, kind.command, (path) => suite(kind, path));
});

function suite(kind: ProxyKind, path: string): void {
  const [page] = blocksOf(PAGE, kind.block);
  const before = ({ port }: Running, text = page): string => replaced(text, [['9080', String(port)]]);

  it('passes connections on, with the address of the visitor, whatever the visitor writes', async () => {
    const place = await makePlace(programs);
    startProxy(programs, kind, path, before(await programs.run(program)), place);
    const peer = await visitor(place);
    expect(await answer(peer)).toBe(greeting(place));
    expect(await echoed(peer, 'hello')).toBe('hello');
    const forged = ['X-Forwarded-For: 6.6.6.6', 'X-Forwarded-Proto: http', 'Forwarded: for=6.6.6.6'];
    expect(await answer(await visitor(place, forged))).toBe(greeting(place));
    expect(await answer(await visitor(place, ['Origin: https://game.example']))).toBe(greeting(place));
    const foreign = await dialled(place, ['Origin: https://evil.example']);
    expect(foreign?.get_failure()?.http_status).toBe(403);
  });

  it('tells a client that the server is not there', async () => {
    const place = await makePlace(programs);
    startProxy(programs, kind, path, replaced(page, [['9080', String(await freePort())]]), place);
    let peer: WebSocketPeer | null = null;
    while (peer === null) peer = await dialled(place, []);
    expect(peer.get_failure()?.http_status).toBe(kind.absent);
  });

  if (kind.isRedirecting)
    it('leads plain HTTP to TLS', async () => {
      const place = await makePlace(programs);
      startProxy(programs, kind, path, before(await programs.run(program)), place);
      await visitor(place);
      const { status, headers } = await fetch(`http://127.0.0.1:${place.plainPort}/a?b`, { redirect: 'manual' });
      expect([status, headers.get('location')]).toEqual([301, expect.stringMatching(/^https:\/\/[^/]+\/a\?b$/)]);
    });

  if (kind.hasPages)
    it('serves the pages of the game beside it', async () => {
      const place = await makePlace(programs);
      startProxy(programs, kind, path, before(await programs.run(program)), place);
      await visitor(place);
      expect(await pageOf(place)).toContain('the page of the game');
    });

  const { silence, reload } = kind;

  if (silence !== undefined)
    it('cuts a silent connection off, and not one with a heartbeat', async () => {
      const [place, other] = [await makePlace(programs), await makePlace(programs)];
      const impatient = replaced(page, [[silence, silence.replace('60s', '6s')]]);
      startProxy(programs, kind, path, before(await programs.run(withHeartbeat(2)), impatient), place);
      startProxy(programs, kind, path, before(await programs.run(withHeartbeat(0)), impatient), other);
      const kept = await visitor(place);
      kept.connect('activity', () => kept.poll()); // answers pings
      const cut = await visitor(other);
      expect(await closed(cut)).toBe(-1);
      await answer(kept);
      expect(await echoed(kept, 'still here')).toBe('still here');
    });

  if (reload !== undefined)
    it('leads newcomers to another server, and the old one ends in order', async () => {
      const place = await makePlace(programs);
      const old = await programs.run(program);
      const proxy = startProxy(programs, kind, path, before(old), place);
      const early = await visitor(place);
      await answer(early);
      const next = await programs.run(program.replace('you are', 'new: you are'));
      configure(kind, before(next), place);
      proxy.signal(reload);
      let words = '';
      while (!words.startsWith('new: ')) words = await answer(await visitor(place));
      expect(words).toBe(`new: ${greeting(place)}`);
      expect(await echoed(early, 'still here')).toBe('still here');
      const ended = old.terminate();
      expect(await closed(early)).toBe(1001);
      for (const end of programs.endings.splice(0).reverse()) end(); // those who only came to look
      await ended;
    });
}

async function pageOf({ port, root }: Place): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', ca: root, servername: 'localhost' });
  socket.end(`GET / HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: close\r\n\r\n`);
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return text;
}

describeCommand('nginx without a line of the page', 'nginx', (path) => {
  const [page] = blocksOf(PAGE, 'nginx');

  it.each([
    ['        proxy_set_header Upgrade $http_upgrade;\n', 426, ''],
    ['        proxy_set_header Connection "upgrade";\n', 400, ''],
    ['        proxy_set_header X-Forwarded-For $remote_addr;\n', 0, 'you are 127.0.0.1 at '],
  ])('%j fails as the page says', async (line, status, words) => {
    const place = await makePlace(programs);
    const { port } = await programs.run(program);
    const text = replaced(page, [
      [line, ''],
      ['9080', String(port)],
    ]);
    startProxy(programs, PROXIES[0] as ProxyKind, path, text, place);
    await programs.opened(port); // the server is there
    let peer: WebSocketPeer | null = null;
    while (peer === null) peer = await dialled(place, []);
    expect(peer.get_failure()?.http_status ?? 0).toBe(status);
    if (words !== '') expect(await answer(peer)).toContain(words);
  });
});
