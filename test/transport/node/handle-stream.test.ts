// What accepted connections have to do themselves because no socket of Node's does it for them: breaking, ending, and
// letting go of the system's handle.
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ByteStream, StreamPhase } from '../../../host/transport/byte-stream.js';
import { HandleStream } from '../../../host/transport/node/handle-stream.js';
import { ascii, listenLocally, Recorder, takeFrom, turns, until } from '../../helpers/net.js';

const { OPEN, ENDED, CLOSED } = StreamPhase;
const handles = () => process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length;

beforeAll(() => {
  vi.stubEnv('WEBSOCKETPEER_HANDLES', '1');
});
afterAll(() => vi.unstubAllEnvs());

/** A socket of Node's, and the accepted end of the same connection. */
async function pair(): Promise<{ client: Socket; server: ByteStream }> {
  const listener = listenLocally();
  const client = connect({ port: listener.localPort, host: '127.0.0.1', allowHalfOpen: true });
  client.on('error', () => {});
  const server = await takeFrom(listener);
  listener.close();
  await until(() => client.readyState === 'open');
  expect(server).toBeInstanceOf(HandleStream);
  return { client, server };
}

/** Writes until the kernel takes no more. */
function choke(stream: ByteStream): void {
  const piece = new Uint8Array(1 << 20);
  while (stream.write([piece])) {
    // the next one may be the last that fits
  }
}

describe('an accepted connection', () => {
  it('delivers what came before a reset, though a write failed first', async () => {
    const { client, server } = await pair();
    const sink = new Recorder(server);
    server.pause();
    await new Promise((resolve) => client.write('last words', resolve));
    client.resetAndDestroy();
    await turns();
    for (let time = 0; time < 3; time += 1) expect(server.write([ascii('?')])).toBe(true);
    await turns();
    expect(server.phase).toBe(OPEN);
    server.resume();
    await until(() => server.phase === CLOSED);
    expect(sink.text).toBe('last words');
    expect(server.error).toMatchObject({ syscall: 'write', code: expect.stringMatching(/^(EPIPE|ECONNRESET)$/) });
  });

  it('finds out by writing that the other side, which had finished, is gone', async () => {
    const { client, server } = await pair();
    const sink = new Recorder(server);
    client.end('bye');
    await until(() => server.phase === ENDED);
    client.resetAndDestroy();
    await turns();
    expect(server.write([ascii('?')])).toBe(true);
    expect(server.phase).toBe(ENDED); // not while somebody writes
    await until(() => server.phase === CLOSED);
    expect(server.error).toMatchObject({ syscall: 'write' });
    expect(sink.phases).toEqual([OPEN, ENDED, CLOSED]);
  });

  it('gives up the rest of a write when the connection breaks, and says so once', async () => {
    const { client, server } = await pair();
    const sink = new Recorder(server);
    choke(server);
    client.resetAndDestroy();
    await until(() => server.phase === CLOSED);
    await turns();
    expect(sink.phases).toEqual([OPEN, CLOSED]);
    expect(sink.drains).toBe(0);
  });

  it('says nothing about writes that destroy() has cut off', async () => {
    const { client, server } = await pair();
    const sink = new Recorder(server);
    choke(server);
    server.destroy();
    await turns();
    expect([sink.phases, sink.drains, server.error]).toEqual([[OPEN], 0, null]);
    client.destroy();
  });

  it.each([
    ['this side', (_client: Socket, server: ByteStream) => server.finish(10_000)],
    ['the other side', (client: Socket) => client.end()],
  ])('lets go of the handle once both sides have finished, %s first', async (_, first) => {
    const before = handles();
    const { client, server } = await pair();
    const sink = new Recorder(server);
    client.resume();
    first(client, server);
    await until(() => client.readableEnded || sink.phases.includes(ENDED));
    client.end();
    server.finish(10_000);
    await until(() => client.readableEnded);
    client.destroy();
    await until(() => handles() <= before);
  });

  it('waits behind a write under way until all of it has left, then drains once', async () => {
    const { client, server } = await pair();
    const sink = new Recorder(server);
    choke(server);
    expect(server.write([ascii('a'), ascii('b')])).toBe(false);
    let last = '';
    client.on('data', (chunk) => {
      last = String(chunk.subarray(-2));
    });
    await until(() => sink.drains > 0 && last === 'ab');
    expect(sink.drains).toBe(1);
    expect(server.write([ascii('c')])).toBe(true);
    server.destroy();
    client.destroy();
  });

  it('tells the end of the other side once, however often reading is switched on', async () => {
    const { client, server } = await pair();
    const sink = new Recorder(server);
    client.end('all');
    await until(() => server.phase === ENDED);
    server.resume();
    server.pause();
    server.resume();
    await turns();
    expect(sink.phases).toEqual([OPEN, ENDED]);
    server.destroy();
    client.destroy();
  });
});

describe('the binding of the handles', () => {
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  });

  /** What listens in a process in which `arrange` was done before, and how often it asked for the binding. */
  async function listening(arrange: () => void): Promise<{ kind: string | undefined; asked: number }> {
    vi.resetModules();
    const binding = vi.spyOn(process as unknown as { binding: (name: string) => unknown }, 'binding');
    vi.stubEnv('WEBSOCKETPEER_HANDLES', undefined);
    arrange();
    const { listen } = await import('../../../host/transport/node/listener.js');
    const { listener } = listen({ address: '127.0.0.1', port: 0 }, () => {});
    listener?.close();
    return { kind: listener?.constructor.name, asked: binding.mock.calls.length };
  }

  const answering = (answer: () => unknown) => (): void => {
    vi.spyOn(process as unknown as { binding: () => unknown }, 'binding').mockImplementation(answer);
  };

  it('is used unless something speaks against it', async () => {
    expect(await listening(() => {})).toEqual({ kind: 'HandleListener', asked: 1 });
  });

  it.each<[string, () => unknown]>([
    [
      'forbidden',
      () => {
        throw new Error('Access to this API has been restricted');
      },
    ],
    ['gone', () => undefined],
    ['of another shape', () => ({ streamBaseState: [] })],
  ])('is not used when it is %s', async (_, answer) => {
    expect((await listening(answering(answer))).kind).toBe('ServerListener');
  });

  it.each<[string, () => void]>([
    ['WEBSOCKETPEER_HANDLES=0', () => vi.stubEnv('WEBSOCKETPEER_HANDLES', '0')],
    ['NODE_PENDING_DEPRECATION=1', () => vi.stubEnv('NODE_PENDING_DEPRECATION', '1')],
    [
      'NODE_OPTIONS with --pending-deprecation',
      () => vi.stubEnv('NODE_OPTIONS', '--no-warnings --pending-deprecation'),
    ],
    [
      'node --pending-deprecation',
      () => vi.spyOn(process, 'execArgv', 'get').mockReturnValue(['--pending-deprecation']),
    ],
    [
      'node --pending_deprecation',
      () => vi.spyOn(process, 'execArgv', 'get').mockReturnValue(['--pending_deprecation']),
    ],
  ])('is not even asked for under %s', async (_, arrange) => {
    expect(await listening(arrange)).toEqual({ kind: 'ServerListener', asked: 0 });
  });
});
