// Unix domain sockets: Godot's UDSServer and StreamPeerUDS, and a WebSocket over them.
import { fork } from 'node:child_process';
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ERR_ALREADY_EXISTS,
  ERR_ALREADY_IN_USE,
  ERR_FILE_BAD_PATH,
  ERR_INVALID_PARAMETER,
  StreamPeerUDS,
  UDSServer,
  WebSocketPeer,
} from '../../host/index.js';
import { pause, until } from '../helpers/game.js';
import { useReports } from '../helpers/reports.js';

const reports = useReports();
let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'websocketpeer-'));
  path = join(directory, 'game.sock');
});
const servers: UDSServer[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.stop();
  rmSync(directory, { recursive: true, force: true });
});

function listening(): UDSServer {
  const server = new UDSServer();
  expect(server.listen(path)).toBe(0);
  servers.push(server);
  return server;
}

/** Leaves a socket at `place` at which nobody listens. */
async function abandon(place: string): Promise<void> {
  const server = createServer().listen(place);
  await until(() => server.listening, 'the server');
  linkSync(place, `${place}.kept`);
  await new Promise((done) => server.close(done));
  renameSync(`${place}.kept`, place);
}

async function pair(): Promise<{ client: StreamPeerUDS; server: StreamPeerUDS }> {
  const listener = listening();
  const client = new StreamPeerUDS();
  expect(client.connect_to_host(path)).toBe(0);
  await until(() => {
    client.poll();
    return client.get_status() === StreamPeerUDS.STATUS_CONNECTED && listener.is_connection_available();
  }, 'a connection');
  return { client, server: listener.take_connection() as StreamPeerUDS };
}

describe('a UDSServer', () => {
  it('listens, or says why not', () => {
    const server = new UDSServer();
    expect([server.is_listening(), server.is_connection_available(), server.take_connection()]).toEqual([
      false,
      false,
      null,
    ]);
    expect(server.listen('')).toBe(31);
    expect(server.listen(join(directory, 'none', 'game.sock'))).toBe(ERR_FILE_BAD_PATH);
    expect(server.listen(join(directory, 'x'.repeat(200)))).toBe(ERR_INVALID_PARAMETER);
    expect(server.listen(path)).toBe(0);
    servers.push(server);
    expect(existsSync(path)).toBe(true);
    expect(server.listen(path)).toBe(22);
    server.stop();
    expect([server.is_listening(), existsSync(path)]).toEqual([false, false]);
    expect(server.listen(path)).toBe(0);
  });

  it('takes the place of a socket that was left, and of no other file', async () => {
    writeFileSync(path, 'mine');
    expect(new UDSServer().listen(path)).toBe(ERR_ALREADY_IN_USE);
    rmSync(path);
    symlinkSync(`${path}.nowhere`, path);
    expect(new UDSServer().listen(path)).toBe(ERR_ALREADY_IN_USE);
    for (const said of reports.take()) expect(said).toContain('a file that is no socket is there, or a link (EEXIST)');
    expect(new UDSServer().listen(`${path}\0`)).toBe(ERR_INVALID_PARAMETER);
    expect(reports.take()).toEqual([expect.stringContaining('the path contains a NUL character')]);
    rmSync(path);
    await abandon(path);
    listening();
  });

  it('takes the path of no living server', async () => {
    const inode = (): number => lstatSync(path).ino;
    const foreign = createServer().listen(path);
    await until(() => foreign.listening, 'the other server');
    const before = inode();
    expect([new UDSServer().listen(path), new StreamPeerUDS().bind(path), inode()]).toEqual([
      ERR_ALREADY_IN_USE,
      ERR_ALREADY_EXISTS,
      before,
    ]);
    foreign.close();
    listening();
    expect(new UDSServer().listen(path)).toBe(ERR_ALREADY_IN_USE);
    expect(reports.take().at(-1)).toContain('something listens there already');
    await pause(20);
    expect(servers[0].is_connection_available()).toBe(false);
  });

  it('takes the path of no living server in another process, whose queue is full', async () => {
    const program = `
      const server = require('node:net').createServer().listen(${JSON.stringify(path)}, 1, () => {
        process.send('listening');
        setTimeout(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0), 20);
      });`;
    const other = fork('-e', [program], { execArgv: ['-e', program], stdio: 'ignore' });
    await new Promise((done) => other.once('message', done));
    await pause(100); // now it accepts no more
    const clients = Array.from({ length: 6 }, () => connect(path).on('error', () => {}));
    await pause(50);
    // Listed under the path as that process gave it.
    for (const place of [path, relative('.', path), `${directory}/../${basename(directory)}/game.sock`])
      expect(new UDSServer().listen(place)).toBe(ERR_ALREADY_IN_USE);
    for (const client of clients) client.destroy();
    other.kill('SIGKILL');
    await new Promise((done) => other.once('exit', done));
    listening();
  });

  it("removes no other server's socket when it stops", async () => {
    const server = listening();
    renameSync(path, `${path}.moved`);
    const foreign = createServer().listen(path);
    await until(() => foreign.listening, 'the other server');
    server.stop();
    expect(lstatSync(path).isSocket()).toBe(true);
    const client = connect(path);
    await new Promise((done) => client.once('connect', done));
    client.destroy();
    expect(readdirSync(directory)).toEqual(['game.sock', 'game.sock.moved']);
    foreign.close();
  });

  it('ends connections that nobody has taken when it stops', async () => {
    const server = listening();
    const client = new StreamPeerUDS();
    client.connect_to_host(path);
    await until(() => {
      client.poll();
      return client.get_status() === StreamPeerUDS.STATUS_CONNECTED && server.is_connection_available();
    }, 'a connection');
    server.stop();
    expect([server.is_connection_available(), server.take_connection()]).toEqual([false, null]);
    await until(() => {
      client.poll();
      return client.get_status() !== StreamPeerUDS.STATUS_CONNECTED;
    }, 'the end');
    expect(client.get_status()).toBe(StreamPeerUDS.STATUS_NONE);
  });

  it('raises activity once for connections that wait', async () => {
    const listener = listening();
    let raised = 0;
    listener.connect('activity', () => {
      raised += 1;
    });
    const clients = [new StreamPeerUDS(), new StreamPeerUDS()];
    for (const client of clients) client.connect_to_host(path);
    await until(() => raised > 0, 'activity');
    await pause(5);
    expect(raised).toBe(1);
    expect(listener.take_socket_connection()).toBeInstanceOf(StreamPeerUDS);
    for (const client of clients) client.disconnect_from_host();
  });
});

describe('a StreamPeerUDS', () => {
  it('carries bytes both ways, and ends', async () => {
    const { client, server } = await pair();
    expect([client.get_connected_path(), server.get_connected_path(), server.get_status()]).toEqual([path, '', 2]);
    client.put_utf8_string('over a file');
    server.put_u32(7);
    await until(() => server.get_available_bytes() === 15 && client.get_available_bytes() === 4, 'bytes');
    expect([server.get_utf8_string(), client.get_u32()]).toEqual(['over a file', 7]);
    expect(client.connect_to_host(path)).toBe(22);
    server.disconnect_from_host();
    await until(() => {
      client.poll();
      return client.get_status() === StreamPeerUDS.STATUS_NONE;
    }, 'the end');
    expect(client.get_connected_path()).toBe('');
  });

  it('says what it does not connect to', () => {
    const client = new StreamPeerUDS();
    const paths = ['', join(directory, 'x'.repeat(200)), path];
    expect(paths.map((one) => client.connect_to_host(one))).toEqual([31, 1, 1]);
    expect(reports.take()).toHaveLength(3);
    expect(client.get_status()).toBe(StreamPeerUDS.STATUS_NONE);
  });

  it('finds out in poll that nobody listens at a socket', async () => {
    const client = new StreamPeerUDS();
    const owner = new StreamPeerUDS();
    expect([owner.bind(path), client.connect_to_host(path)]).toEqual([0, 0]);
    let error = 0;
    await until(() => {
      error = client.poll();
      return client.get_status() === StreamPeerUDS.STATUS_ERROR;
    }, 'the failure');
    expect([error, client.get_available_bytes()]).toEqual([27, -1]);
    owner.disconnect_from_host();
  });

  it('takes a path by bind until it disconnects', () => {
    const owner = new StreamPeerUDS();
    writeFileSync(join(directory, 'file'), 'mine');
    const refused = ['', join(directory, 'x'.repeat(200)), join(directory, 'file'), join(directory, 'none', 'game')];
    expect(refused.map((one) => owner.bind(one))).toEqual([31, 31, 32, 2]);
    expect([owner.bind(path), existsSync(path)]).toEqual([0, true]);
    expect([owner.bind(path), owner.connect_to_host(path)]).toEqual([22, 22]);
    expect(reports.take()).toHaveLength(6);
    owner.disconnect_from_host();
    expect([existsSync(path), owner.bind(path)]).toEqual([false, 0]);
    owner.disconnect_from_host();
  });

  it('carries a WebSocket, large messages and the close code', async () => {
    const { client, server } = await pair();
    const peers = [new WebSocketPeer(), new WebSocketPeer()];
    for (const peer of peers) peer.inbound_buffer_size = peer.outbound_buffer_size = 1 << 22;
    const [near, far] = peers;
    expect(far.accept_stream(server)).toBe(0);
    expect(near.connect_to_stream(client, 'ws://localhost/game')).toBe(0);
    const poll = (done: () => boolean, what: string): Promise<void> =>
      until(() => {
        for (const peer of peers) peer.poll();
        return done();
      }, what);
    await poll(() => near.get_ready_state() === WebSocketPeer.STATE_OPEN, 'OPEN');
    for (const size of [0, 125, 65536, 1 << 20]) {
      expect(near.send(new Uint8Array(size).fill(3))).toBe(0);
      await poll(() => far.get_available_packet_count() === 1, `${size} bytes`);
      const packet = far.get_packet();
      expect([packet.length, packet.every((byte) => byte === 3)]).toEqual([size, true]);
    }
    expect([far.get_requested_url(), far.get_connected_host(), far.get_connected_port()]).toEqual([
      'ws://localhost/game',
      '',
      0,
    ]);
    far.close(4001, 'over');
    await poll(() => peers.every((peer) => peer.get_ready_state() === WebSocketPeer.STATE_CLOSED), 'CLOSED');
    expect([near.get_close_code(), near.get_close_reason()]).toEqual([4001, 'over']);
  });
});
