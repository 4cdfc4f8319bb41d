// TCP as a byte stream: order, pushing back, drained writes, and the ways to end.
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { StreamPhase } from '../../../host/transport/byte-stream.js';
import { sockets } from '../../../host/transport/node/platform.js';
import { ascii, listenLocally, Recorder, takeFrom, tcpPair, turns, until } from '../../helpers/net.js';

const MIB = 1 << 20;

function pattern(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let index = 0; index < length; index += 1) bytes[index] = index * 31 + (index >> 8);
  return bytes;
}

describe('a TCP stream', () => {
  it('carries bytes both ways, pieces of one write in order', async () => {
    const { client, server } = await tcpPair();
    const other = new Recorder(server);
    expect(client.stream.write([ascii('hel'), ascii('lo '), ascii('there')])).toBe(true);
    expect(server.write([ascii('hi')])).toBe(true);
    await until(() => other.text === 'hello there' && client.text === 'hi');
    client.stream.destroy();
    await until(() => server.phase === StreamPhase.ENDED);
    server.destroy();
  });

  it('tells addresses and ports of both ends', async () => {
    const listener = listenLocally();
    const client = new Recorder(sockets.connectTcp('127.0.0.1', listener.localPort));
    expect(client.stream.remoteAddress).toBe('127.0.0.1');
    expect(client.stream.remotePort).toBe(listener.localPort);
    const server = await takeFrom(listener);
    await until(() => client.stream.phase === StreamPhase.OPEN);
    expect(server.remoteAddress).toBe('127.0.0.1');
    expect(server.remotePort).toBe(client.stream.localPort);
    expect(server.localPort).toBe(listener.localPort);
    listener.close();
    server.destroy();
    await until(() => client.stream.phase >= StreamPhase.ENDED);
    expect(client.stream.remoteAddress).toBe('127.0.0.1');
    client.stream.destroy();
  });

  it('does not know the address while the name is looked up', async () => {
    const listener = listenLocally();
    const client = new Recorder(sockets.connectTcp('localhost', listener.localPort));
    expect(client.stream.remoteAddress).toBe('');
    expect(client.stream.phase).toBe(StreamPhase.CONNECTING);
    await until(() => client.stream.phase === StreamPhase.OPEN);
    expect(client.stream.remoteAddress).toBe('127.0.0.1');
    client.stream.destroy();
    listener.close();
  });

  it('reads an accepted connection only when somebody listens, and keeps what came before', async () => {
    const { client, server } = await tcpPair();
    client.stream.write([ascii('early')]);
    await turns();
    const other = new Recorder(server);
    expect(other.length).toBe(0);
    await until(() => other.text === 'early');
    client.stream.destroy();
    server.destroy();
  });

  it('gives bytes that were given back to the next listener first, inside attach', async () => {
    const { client, server } = await tcpPair();
    const first = new Recorder(server);
    client.stream.write([ascii('one')]);
    await until(() => first.text === 'one');
    server.unread(ascii('one'));
    client.stream.write([ascii(' two')]);
    await turns();
    const second = new Recorder(server);
    expect(second.text).toBe('one');
    await until(() => second.text === 'one two');
    expect(first.text).toBe('one');
    client.stream.destroy();
    server.destroy();
  });

  it('keeps what a server says before anybody attached to a client', async () => {
    const listener = listenLocally();
    const client = sockets.connectTcp('127.0.0.1', listener.localPort);
    const server = await takeFrom(listener);
    server.write([ascii('greeting')]);
    await turns();
    const late = new Recorder(client);
    await until(() => late.text === 'greeting');
    expect(late.phases[0]).toBe(StreamPhase.OPEN);
    client.destroy();
    server.destroy();
    listener.close();
  });

  it('pushes back when the listener has had enough, and loses nothing', async () => {
    const { client, server } = await tcpPair();
    const other = new Recorder(server);
    other.wantsMore = false;
    const sent = pattern(32 * MIB);
    expect(client.stream.write([sent])).toBe(false);
    await until(() => other.length > 0);
    await turns(50);
    expect(other.length).toBeLessThanOrEqual(65_536);
    expect(client.drains).toBe(0);
    other.wantsMore = true;
    server.resume();
    await until(() => other.length === sent.length);
    expect(Buffer.concat(other.chunks).equals(sent)).toBe(true);
    await until(() => client.drains === 1);
    client.stream.destroy();
    server.destroy();
  });

  it('stops and goes on by pause and resume', async () => {
    const { client, server } = await tcpPair();
    const other = new Recorder(server);
    server.pause();
    client.stream.write([ascii('waiting')]);
    await turns();
    expect(other.length).toBe(0);
    server.resume();
    await until(() => other.text === 'waiting');
    client.stream.destroy();
    server.destroy();
  });

  it('takes further writes behind one that waits, and is drained once all have left', async () => {
    const { client, server } = await tcpPair();
    const sent = pattern(16 * MIB);
    expect(client.stream.write([sent])).toBe(false);
    expect(client.stream.write([ascii('tail')])).toBe(false);
    const other = new Recorder(server);
    await until(() => other.length === sent.length + 4);
    await until(() => client.drains > 0);
    expect(client.drains).toBe(1);
    client.stream.destroy();
    server.destroy();
  });

  it('shows FIN as ENDED after the last byte, and can still write', async () => {
    const { client, server } = await tcpPair();
    const other = new Recorder(server);
    client.stream.write([ascii('last')]);
    client.stream.finish(10_000);
    await until(() => other.phases.includes(StreamPhase.ENDED));
    expect(other.text).toBe('last');
    expect(server.write([ascii('still here')])).toBe(true);
    server.finish(10_000);
    expect(server.phase).toBe(StreamPhase.CLOSED);
  });

  it('delivers its last bytes by finish() although the other side keeps sending', async () => {
    const { client, server } = await tcpPair();
    // The other side does not read at first, so that unread bytes of both sides are under way at the end.
    client.wantsMore = false;
    client.stream.pause();
    const flood = pattern(8 * MIB);
    client.stream.write([flood]);
    new Recorder(server);
    server.write([ascii('good'), ascii('bye')]);
    server.finish(10_000);
    await until(() => client.drains === 1); // the finished side has read and thrown away all of it
    client.wantsMore = true;
    client.stream.resume();
    await until(() => client.stream.phase === StreamPhase.ENDED);
    expect(client.text).toBe('goodbye');
    client.stream.destroy();
  });

  it('waits for the FIN of the other side no longer than the linger time', async () => {
    const { client, server } = await tcpPair();
    new Recorder(server);
    server.finish(5);
    await until(() => client.stream.phase === StreamPhase.ENDED);
    const before = client.stream.error;
    // The socket is gone after the linger time: what is sent meets a reset.
    await until(() => {
      client.stream.write([ascii('anybody?')]);
      return client.stream.phase === StreamPhase.CLOSED;
    });
    expect(before).toBeNull();
    expect(client.stream.error).not.toBeNull();
  });

  it('ends at once by destroy(), says nothing more, and takes writes without effect', async () => {
    const { client, server } = await tcpPair();
    const other = new Recorder(server);
    client.stream.destroy();
    expect(client.stream.phase).toBe(StreamPhase.CLOSED);
    const heard = client.phases.length;
    expect(client.stream.write([ascii('void')])).toBe(true);
    client.stream.finish(1);
    client.stream.resume();
    await until(() => other.phases.includes(StreamPhase.ENDED));
    expect(client.phases.length).toBe(heard);
    server.destroy();
  });

  it('tells a reset as CLOSED with the error, after the bytes before it', async () => {
    const listener = listenLocally();
    const raw = connect(listener.localPort, '127.0.0.1');
    const server = await takeFrom(listener);
    const other = new Recorder(server);
    raw.write('before');
    await until(() => other.text === 'before');
    raw.resetAndDestroy();
    await until(() => server.phase === StreamPhase.CLOSED);
    expect(server.error).toMatchObject({ code: 'ECONNRESET' });
    expect(other.phases.at(-1)).toBe(StreamPhase.CLOSED);
    expect(server.write([ascii('x')])).toBe(true);
    listener.close();
  });

  it('tells a refused connection as CLOSED with the error', async () => {
    const listener = listenLocally();
    const port = listener.localPort;
    listener.close();
    const client = new Recorder(sockets.connectTcp('127.0.0.1', port));
    await until(() => client.stream.phase === StreamPhase.CLOSED);
    expect(client.stream.error).toMatchObject({ code: 'ECONNREFUSED', syscall: 'connect' });
    expect(client.phases).toEqual([StreamPhase.CLOSED]);
  });

  it('tells the error of one address when a name has several and all refuse', async () => {
    const listener = listenLocally();
    const port = listener.localPort;
    listener.close();
    const client = new Recorder(sockets.connectTcp('localhost', port));
    await until(() => client.stream.phase === StreamPhase.CLOSED);
    expect(client.stream.error).toMatchObject({ syscall: 'connect' });
  });

  it.each([
    ['a name that does not exist', 'does-not-exist.invalid'],
    ['a name with a NUL in it', 'bad\0name'],
  ])('does not throw for %s', async (_what, host) => {
    const client = new Recorder(sockets.connectTcp(host, 80));
    await until(() => client.stream.phase === StreamPhase.CLOSED);
    expect(client.stream.error).toBeInstanceOf(Error);
  });

  it('stays usable when the listener ends the stream inside receive()', async () => {
    const { client, server } = await tcpPair();
    const other = new Recorder(server);
    other.receive = () => {
      server.destroy();
      return true;
    };
    client.stream.write([ascii('bang')]);
    await until(() => client.stream.phase >= StreamPhase.ENDED);
    client.stream.destroy();
  });
});

describe('a listener', () => {
  it('says at once that a port is taken', () => {
    const first = listenLocally();
    const second = sockets.listen({ address: '127.0.0.1', port: first.localPort }, () => {});
    expect(second).toEqual({ errorCode: 'EADDRINUSE', listener: null });
    first.close();
  });

  it('says at once that an address is not of this machine', () => {
    const { errorCode, listener } = sockets.listen({ address: '192.0.2.77', port: 0 }, () => {});
    expect(errorCode).toBe('EADDRNOTAVAIL');
    expect(listener).toBeNull();
  });

  it('can listen again on a port right after closing', () => {
    const first = listenLocally();
    const port = first.localPort;
    first.close();
    const second = sockets.listen({ address: '127.0.0.1', port }, () => {});
    expect(second.errorCode).toBe('');
    second.listener?.close();
  });

  it('drops connections beyond 512 that nobody takes', async () => {
    let arrivals = 0;
    const listener = listenLocally(() => {
      arrivals += 1;
    });
    const { localPort } = listener;
    const clients = Array.from({ length: 520 }, () => new Recorder(sockets.connectTcp('127.0.0.1', localPort)));
    await until(() => clients.filter(({ stream }) => stream.phase >= StreamPhase.ENDED).length === 8);
    expect(listener.available).toBe(512);
    expect(arrivals).toBe(512);
    listener.close();
    await until(() => clients.every(({ stream }) => stream.phase >= StreamPhase.ENDED));
    for (const { stream } of clients) stream.destroy();
  });
});
