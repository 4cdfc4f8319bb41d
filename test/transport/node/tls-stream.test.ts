// TLS as a byte stream: what is verified, over a connection of its own, over a socket, and over any byte stream.
import { connect } from 'node:net';
import { connect as secure } from 'node:tls';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ByteStream, StreamPhase } from '../../../host/transport/byte-stream.js';
import { sockets } from '../../../host/transport/node/platform.js';
import type { Listener, TlsClientSettings } from '../../../host/transport/platform.js';
import { type Authority, type Identity, makeCa, makeSelfSigned } from '../../helpers/certificates.js';
import { Disguise } from '../../helpers/disguise.js';
import { ascii, listenLocally, Recorder, takeFrom, tcpPair, until } from '../../helpers/net.js';

const DAY_MS = 86_400_000;

let ca: Authority;
let good: Identity;

beforeAll(async () => {
  ca = await makeCa();
  good = await ca.issue({ names: ['game.example', 'localhost'], ips: ['127.0.0.1', '::1'] });
});

function settings(changes: Partial<TlsClientSettings> = {}): TlsClientSettings {
  return { trustedChain: ca.cert, verifyChain: true, verifyName: true, serverName: 'game.example', ...changes };
}

/** A server that shows `identity` to whoever connects. */
function serve(identity: Identity): { listener: Listener; peers: Recorder[] } {
  const peers: Recorder[] = [];
  const listener = listenLocally(() => {
    const base = listener.take() as ByteStream;
    peers.push(new Recorder(sockets.wrapTlsServer(base, { key: identity.key, certificate: identity.cert })));
  });
  return { listener, peers };
}

/** How a client with `checks` fares at a server that shows `identity`: '' or why it refused. */
async function meet(identity: Identity, checks: TlsClientSettings): Promise<string> {
  const { listener, peers } = serve(identity);
  const client = new Recorder(sockets.connectTls('127.0.0.1', listener.localPort, checks));
  await until(() => client.stream.phase !== StreamPhase.CONNECTING);
  const verdict = client.stream.phase === StreamPhase.OPEN ? '' : (client.stream.error?.message ?? 'no error');
  expect(client.stream.secure).toBe(verdict === '');
  client.stream.destroy();
  await until(() => peers.every(({ stream }) => stream.phase >= StreamPhase.ENDED));
  for (const { stream } of peers) stream.destroy();
  listener.close();
  return verdict;
}

describe('a TLS client', () => {
  it('trusts a certificate of its own root for the right name', async () => {
    expect(await meet(good, settings())).toBe('');
  });

  it('trusts a certificate for an address', async () => {
    expect(await meet(good, settings({ serverName: '127.0.0.1' }))).toBe('');
  });

  it('trusts a chain that stops at the certificate that it was told to trust', async () => {
    expect(await meet(good, settings({ trustedChain: good.cert }))).toBe('');
  });

  it('refuses another name', async () => {
    expect(await meet(good, settings({ serverName: 'other.example' }))).toContain('other.example');
  });

  it('refuses another address', async () => {
    expect(await meet(good, settings({ serverName: '127.0.0.2' }))).toContain('127.0.0.2');
  });

  it('refuses an expired certificate', async () => {
    const expired = await ca.issue({ names: ['game.example'], notAfter: new Date(Date.now() - DAY_MS / 2) });
    expect(await meet(expired, settings())).toContain('expired');
  });

  it('refuses a certificate that is not valid yet', async () => {
    const early = await ca.issue({
      names: ['game.example'],
      notBefore: new Date(Date.now() + DAY_MS),
      notAfter: new Date(Date.now() + 2 * DAY_MS),
    });
    expect(await meet(early, settings())).toContain('not yet valid');
  });

  it('refuses a self-signed certificate', async () => {
    const alone = await makeSelfSigned({ names: ['game.example'] });
    expect(await meet(alone, settings())).toContain('self-signed');
    expect(await meet(alone, settings({ trustedChain: null }))).toContain('self-signed');
  });

  it('trusts a self-signed certificate that it was given', async () => {
    const alone = await makeSelfSigned({ names: ['game.example'] });
    expect(await meet(alone, settings({ trustedChain: alone.cert }))).toBe('');
  });

  it('refuses an authority that it does not know, by default and with its own list', async () => {
    const stranger = await (await makeCa('Stranger')).issue({ names: ['game.example'] });
    expect(await meet(stranger, settings())).not.toBe('');
    expect(await meet(stranger, settings({ trustedChain: null }))).not.toBe('');
  });

  it('trusts nobody with an empty list', async () => {
    expect(await meet(good, settings({ trustedChain: '' }))).not.toBe('');
  });

  it('takes anything when nothing is to be verified', async () => {
    const alone = await makeSelfSigned({ names: ['elsewhere.example'] });
    const unsafe = settings({ trustedChain: null, verifyChain: false, verifyName: false });
    expect(await meet(alone, unsafe)).toBe('');
  });

  it('takes any name of a trusted chain when the name is not to be verified', async () => {
    const unsafe = settings({ verifyName: false, serverName: 'other.example' });
    expect(await meet(good, unsafe)).toBe('');
    const stranger = await (await makeCa('Stranger')).issue({ names: ['other.example'] });
    expect(await meet(stranger, unsafe)).not.toBe('');
  });

  it('verifies the name by itself when only that is asked for', async () => {
    const alone = await makeSelfSigned({ names: ['game.example'] });
    const nameOnly = settings({ trustedChain: null, verifyChain: false });
    expect(await meet(alone, nameOnly)).toBe('');
    expect(await meet(alone, { ...nameOnly, serverName: 'other.example' })).toContain('other.example');
  });

  it('fails without throwing when its list of authorities is no list', async () => {
    const client = new Recorder(sockets.connectTls('127.0.0.1', 9, settings({ trustedChain: 'rubbish' })));
    await until(() => client.stream.phase === StreamPhase.CLOSED);
    client.stream.destroy();
  });

  it('fails when the server speaks no TLS', async () => {
    const listener = listenLocally();
    const client = new Recorder(sockets.connectTls('127.0.0.1', listener.localPort, settings()));
    const server = await takeFrom(listener);
    server.write([ascii('HTTP/1.1 400 Bad Request\r\n\r\n')]);
    await until(() => client.stream.phase === StreamPhase.CLOSED);
    expect(client.stream.error).toBeInstanceOf(Error);
    server.destroy();
    listener.close();
  });

  it('fails when the server goes away during the handshake', async () => {
    const listener = listenLocally();
    const client = new Recorder(sockets.connectTls('127.0.0.1', listener.localPort, settings()));
    const server = await takeFrom(listener);
    server.destroy();
    await until(() => client.stream.phase === StreamPhase.CLOSED);
    expect(client.stream.error).toBeInstanceOf(Error);
    listener.close();
  });
});

describe('a TLS client of a name', () => {
  it('looks the name up, and sends and verifies it', async () => {
    const { listener, peers } = serve(good);
    const checks = settings({ serverName: 'localhost' });
    const client = new Recorder(sockets.connectTls('localhost', listener.localPort, checks));
    expect(client.stream.remoteAddress).toBe('');
    await until(() => client.stream.phase === StreamPhase.OPEN && peers[0]?.stream.phase === StreamPhase.OPEN);
    expect(client.stream.remoteAddress).toBe('127.0.0.1');
    peers[0].stream.write([ascii('welcome')]);
    await until(() => client.text === 'welcome');
    peers[0].stream.destroy();
    await until(() => client.stream.phase >= StreamPhase.ENDED);
    client.stream.destroy();
    listener.close();
  });
});

describe('a TLS server', () => {
  it('shows what was read ahead of a paused listener when the connection breaks', async () => {
    const { listener, peers } = serve(good);
    const socket = connect(listener.localPort, '127.0.0.1');
    const client = secure({ socket, ca: ca.cert, servername: 'game.example' });
    client.on('error', () => {});
    await until(() => peers[0]?.stream.phase === StreamPhase.OPEN);
    peers[0].wantsMore = false;
    client.write(Buffer.alloc(20_000)); // two records, the second of which waits behind the first
    await until(() => peers[0].length > 0);
    socket.resetAndDestroy();
    peers[0].stream.write([ascii('anybody?')]);
    await until(() => peers[0].stream.phase === StreamPhase.CLOSED);
    expect(peers[0].length).toBe(20_000);
    expect(peers[0].stream.error).toBeInstanceOf(Error);
    client.destroy();
    listener.close();
  });

  it('fails when the client speaks no TLS', async () => {
    const { listener, peers } = serve(good);
    const client = new Recorder(sockets.connectTcp('127.0.0.1', listener.localPort));
    await until(() => client.stream.phase === StreamPhase.OPEN);
    client.stream.write([ascii('GET / HTTP/1.1\r\n\r\n')]);
    await until(() => peers[0]?.stream.phase === StreamPhase.CLOSED);
    expect(peers[0].stream.error).toBeInstanceOf(Error);
    client.stream.destroy();
    listener.close();
  });

  it('fails without throwing when key and certificate do not belong together', async () => {
    const { client, server } = await tcpPair();
    const stream = sockets.wrapTlsServer(server, { key: ca.key, certificate: good.cert });
    expect(stream.phase).toBe(StreamPhase.CLOSED);
    expect(stream.error).toBeInstanceOf(Error);
    client.stream.destroy();
    server.destroy();
  });
});

const plain = (stream: ByteStream): ByteStream => stream;
const disguised = (stream: ByteStream): ByteStream => new Disguise(stream);

describe.each([
  ['on the sockets', plain, plain],
  ['over any byte stream as the client', disguised, plain],
  ['over any byte stream as the server', plain, disguised],
])('TLS %s', (_where, clientBase, serverBase) => {
  async function tlsPair(): Promise<{ client: Recorder; server: Recorder }> {
    const pair = await tcpPair();
    const identity = { key: good.key, certificate: good.cert };
    const server = new Recorder(sockets.wrapTlsServer(serverBase(pair.server), identity));
    const client = new Recorder(sockets.wrapTlsClient(clientBase(pair.client.stream), settings()));
    expect(client.stream.phase).toBe(StreamPhase.CONNECTING);
    expect(server.stream.phase).toBe(StreamPhase.CONNECTING);
    await until(() => client.stream.phase === StreamPhase.OPEN && server.stream.phase === StreamPhase.OPEN);
    return { client, server };
  }

  it('carries bytes both ways and ends with ENDED on the other side', async () => {
    const { client, server } = await tlsPair();
    expect(client.stream.secure && server.stream.secure).toBe(true);
    expect(server.stream.remotePort).toBe(client.stream.localPort);
    client.stream.write([ascii('one '), ascii('two')]);
    await until(() => server.text === 'one two');
    server.stream.write([ascii('goodbye')]);
    server.stream.finish(10_000);
    await until(() => client.stream.phase >= StreamPhase.ENDED);
    expect(client.text).toBe('goodbye');
    client.stream.finish(10_000);
    expect(client.stream.phase).toBe(StreamPhase.CLOSED);
  });

  it('pushes back and is drained', async () => {
    const { client, server } = await tlsPair();
    server.wantsMore = false;
    const size = 24 << 20;
    expect(client.stream.write([new Uint8Array(size)])).toBe(false);
    await until(() => server.length > 0);
    expect(client.drains).toBe(0);
    expect(server.length).toBeLessThanOrEqual(65_536);
    server.wantsMore = true;
    server.stream.resume();
    await until(() => server.length === size && client.drains === 1);
    client.stream.destroy();
    await until(() => server.stream.phase >= StreamPhase.ENDED);
    server.stream.destroy();
  });
});

describe('TLS over a connection that was read before', () => {
  it('sees the bytes that were given back', async () => {
    const pair = await tcpPair();
    const reader = new Recorder(pair.server);
    const client = new Recorder(sockets.wrapTlsClient(pair.client.stream, settings()));
    await until(() => reader.length > 0);
    pair.server.unread(Buffer.concat(reader.chunks));
    const server = new Recorder(sockets.wrapTlsServer(pair.server, { key: good.key, certificate: good.cert }));
    await until(() => client.stream.phase === StreamPhase.OPEN && server.stream.phase === StreamPhase.OPEN);
    client.stream.write([ascii('late')]);
    await until(() => server.text === 'late');
    client.stream.destroy();
    server.stream.destroy();
  });

  it('fails on one that has ended', async () => {
    const pair = await tcpPair();
    pair.server.destroy();
    const stream = sockets.wrapTlsServer(pair.server, { key: good.key, certificate: good.cert });
    expect(stream.phase).toBe(StreamPhase.CLOSED);
    pair.client.stream.destroy();
  });
});
