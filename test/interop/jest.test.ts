// The package in a stranger's Jest, which runs ES modules in contexts of their own.
import { describe, expect, it } from 'vitest';
import { isBuilt, type Runtime, useFreshProject } from '../runtimes/fresh-project.js';
import { pathInRuntimes } from '../runtimes/install.js';

const JEST: Runtime = {
  name: 'Jest',
  command: () => [process.execPath, '--experimental-vm-modules', '--no-warnings', pathInRuntimes('jest/bin/jest')],
};

const MANIFEST = { name: 'game', private: true, type: 'module', jest: { transform: {} } };

const TESTS = `
  import { Crypto, TCPServer, WebSocketPeer } from 'websocketpeer';
  import * as extension from 'websocketpeer/extension';
  import * as godot3 from 'websocketpeer/godot3';
  import * as streams from 'websocketpeer/streams';
  import { bytes_to_var, var_to_bytes, Vector3 } from 'websocketpeer/variant';
  import * as worker from 'websocketpeer/worker';

  const until = async (turn) => {
    for (let turns = 0; turns < 2000 && !turn(); turns += 1) await new Promise((go) => setTimeout(go, 2));
  };

  test('entries load', () => {
    for (const entry of [extension, godot3, streams, worker]) expect(Object.keys(entry).length).toBeGreaterThan(0);
  });

  test('arrays of the test’s own context are taken, and what comes back is one of them', async () => {
    const server = new TCPServer();
    expect(server.listen(0, '127.0.0.1')).toBe(0);
    const [client, host] = [new WebSocketPeer(), new WebSocketPeer()];
    expect(client.connect_to_url('ws://127.0.0.1:' + server.get_local_port())).toBe(0);
    await until(() => server.is_connection_available());
    expect(host.accept_stream(server.take_connection())).toBe(0);
    await until(() => {
      client.poll();
      host.poll();
      return client.get_ready_state() === WebSocketPeer.STATE_OPEN;
    });
    expect(client.send(Uint8Array.of(1, 2))).toBe(0);
    expect(client.send(Buffer.from([3]))).toBe(0);
    expect(client.put_var([new Uint8Array([4]), new Vector3(1, 2, 3)])).toBe(0);
    await until(() => {
      host.poll();
      return host.get_available_packet_count() === 3;
    });
    expect(host.get_packet()).toEqual(Uint8Array.of(1, 2));
    expect(host.get_packet()).toEqual(Uint8Array.of(3));
    expect(host.get_var()).toEqual([Uint8Array.of(4), new Vector3(1, 2, 3)]);
    client.close(-1);
    host.close(-1);
    server.stop();
  });

  test('Node’s modules are there', () => {
    expect(new Crypto().generate_random_bytes(4)).toHaveLength(4);
    expect(bytes_to_var(var_to_bytes(['a', null]))).toEqual(['a', null]);
  });`;

describe.skipIf(!isBuilt)('in Jest', () => {
  const project = useFreshProject((fresh) => {
    fresh.write('package.json', JSON.stringify(MANIFEST));
    fresh.write('game.test.js', TESTS);
  });

  it('tests of a game pass', async () => {
    const { errors, error } = await project().run(JEST, 'game.test.js', ['--no-watchman', '--ci']);
    expect(error, errors).toBe(null);
    expect(errors).toContain('3 passed');
  });
});
