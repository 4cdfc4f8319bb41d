// What Godot 3's classes return, call by call, in the order of the engine's record.
import { readFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import {
  CryptoKey,
  WebSocketClient,
  type WebSocketPeer,
  WebSocketServer,
  X509Certificate,
} from '../../host/godot3/index.js';
import { until } from '../helpers/game.js';
import { useReports } from '../helpers/reports.js';
import { printed } from './log.js';

interface CallRecord {
  readonly call?: string;
  readonly result?: string;
  readonly connect_to_url?: string;
  readonly ret?: number;
  readonly second_connect_ret?: number;
}

const { calls } = JSON.parse(readFileSync(new URL('../golden/godot3-api-calls.json', import.meta.url), 'utf8')) as {
  calls: readonly CallRecord[];
};
const NOBODY = 'ws://127.0.0.1:9';
const BYTES = Uint8Array.of(1, 2, 3);

useReports();
const client = new WebSocketClient();
const peer = client.get_peer(1) as WebSocketPeer;
const multiplayer = new WebSocketClient();
const server = new WebSocketServer();
const second = new WebSocketServer();
afterAll(() => {
  for (const one of [client, multiplayer, server, second]) one.free();
});

const shown = (value: unknown): string => (value === null ? '[Object:null]' : printed(value));
const ended = async (one: WebSocketClient): Promise<number> => {
  await until(() => {
    one.poll();
    return one.get_connection_status() === 0;
  }, 'the refusal');
  return one.get_connection_status();
};

/** Each call of the record; those of a name follow each other in its list. */
const CALLS: Readonly<Record<string, () => unknown>> = {
  'fresh status': () => client.get_connection_status(),
  'fresh unique id': () => client.get_unique_id(),
  'fresh refusing': () => client.is_refusing_new_connections(),
  'fresh transfer_mode': () => client.transfer_mode,
  'transfer_mode after set 0': () => {
    client.transfer_mode = 0;
    return client.transfer_mode;
  },
  'enc max': () => client.encode_buffer_max_size,
  'allow obj': () => client.allow_object_decoding,
  verify_ssl: () => client.verify_ssl,
  'get_peer(1)': () => client.get_peer(1) === peer,
  'get_peer(2)': () => client.get_peer(2),
  'peer connected': () => peer.is_connected_to_host(),
  'peer put': () => peer.put_packet(BYTES),
  'peer put empty': () => peer.put_packet(new Uint8Array(0)),
  'peer put_var': () => peer.put_var(1),
  'peer get': () => peer.get_packet().length,
  'peer get err': () => peer.get_packet_error(),
  'peer get_var': () => printed(peer.get_var()),
  'peer write_mode': () => peer.get_write_mode(),
  'peer write_mode after set 0': () => {
    peer.set_write_mode(0);
    return peer.get_write_mode();
  },
  'peer write_mode after set 7': () => {
    peer.set_write_mode(7);
    return peer.get_write_mode();
  },
  'peer was_string': () => peer.was_string_packet(),
  'peer host': () => peer.get_connected_host(),
  'peer port': () => peer.get_connected_port(),
  'peer outbound': () => peer.get_current_outbound_buffered_amount(),
  'client put': () => client.put_packet(BYTES),
  'client put empty': () => client.put_packet(new Uint8Array(0)),
  'client put_var': () => client.put_var(1),
  'client get err': () => {
    client.get_packet();
    return client.get_packet_error();
  },
  'client get_var': () => printed(client.get_var()),
  'client avail': () => client.get_available_packet_count(),
  'client get_packet_peer': () => client.get_packet_peer(),
  'client host': () => client.get_connected_host(),
  'client port': () => client.get_connected_port(),
  'set_buffers 1 1 1 1': () => client.set_buffers(1, 1, 1, 1),
  'set_buffers 0 0 0 0': () => client.set_buffers(0, 0, 0, 0),
  'set_buffers -1': () => client.set_buffers(-1, -1, -1, -1),
  'enc max after 1023': () => {
    client.encode_buffer_max_size = 1023;
    return client.encode_buffer_max_size;
  },
  'enc max after 1025': () => {
    client.encode_buffer_max_size = 1025;
    return client.encode_buffer_max_size;
  },
  'enc max after 256M+1': () => {
    client.encode_buffer_max_size = 256 * 1024 * 1024 + 1;
    return client.encode_buffer_max_size;
  },
  connect: () => client.connect_to_url(NOBODY),
  'set_buffers while connecting': () => client.set_buffers(64, 64, 64, 64),
  status: () => client.get_connection_status(),
  'cert set while connecting': () => {
    client.trusted_ssl_certificate = new X509Certificate();
    return client.trusted_ssl_certificate;
  },
  'status after disconnect': () => {
    client.disconnect_from_host();
    return client.get_connection_status();
  },
  reconnect: () => client.connect_to_url(NOBODY),
  'status after refuse': () => ended(client),
  'mp connect': () => multiplayer.connect_to_url(NOBODY, [], true),
  'mp status': () => multiplayer.get_connection_status(),
  'mp put': () => multiplayer.put_packet(BYTES),
  'mp get': () => multiplayer.get_packet().length,
  'mp get err': () => multiplayer.get_packet_error(),
  'mp avail': () => multiplayer.get_available_packet_count(),
  'mp get_packet_peer': () => multiplayer.get_packet_peer(),
  'mp status after refuse': () => ended(multiplayer),
  's status': () => server.get_connection_status(),
  's listening': () => server.is_listening(),
  's bind_ip': () => server.bind_ip,
  's handshake_timeout': () => server.handshake_timeout,
  's has_peer 1': () => server.has_peer(1),
  's addr': () => server.get_peer_address(7),
  's port': () => server.get_peer_port(7),
  's put': () => server.put_packet(BYTES),
  's set_buffers': () => server.set_buffers(64, 1024, 64, 1024),
  'bind after nonsense': () => {
    server.bind_ip = 'nonsense';
    return server.bind_ip;
  },
  bind: () => {
    server.stop();
    server.bind_ip = '127.0.0.1';
    server.listen(0);
    return server.bind_ip;
  },
  'listen 70000': () => server.listen(70_000),
  'listen -1': () => server.listen(-1),
  'listen 0': () => server.listen(0),
  listening: () => server.is_listening(),
  'listen again': () => server.listen(0),
  's set_buffers listening': () => server.set_buffers(64, 64, 64, 64),
  'bind while listening': () => {
    server.bind_ip = '*';
    return server.bind_ip;
  },
  'handshake_timeout 0': () => {
    server.handshake_timeout = 0;
    return server.handshake_timeout;
  },
  'handshake_timeout .5': () => {
    server.handshake_timeout = 0.5;
    return server.handshake_timeout;
  },
  'private key while listening': () => {
    server.private_key = new CryptoKey();
    return server.private_key;
  },
  'listen used port': () => {
    second.bind_ip = '127.0.0.1';
    return second.listen(server.get_local_port());
  },
  's2 listening': () => second.is_listening(),
  'listen mp': () => second.listen(0, [], true),
  's2 uid': () => second.get_unique_id(),
  's2 put bcast none': () => second.put_packet(BYTES),
  's2 put target 7': () => {
    second.set_target_peer(7);
    return second.put_packet(BYTES);
  },
  's2 put target -7': () => {
    second.set_target_peer(-7);
    return second.put_packet(BYTES);
  },
  's2 put empty': () => second.put_packet(new Uint8Array(0)),
  's2 put_var too big': () => {
    second.encode_buffer_max_size = 1024;
    return second.put_var('x'.repeat(2000));
  },
  's2 get': () => second.get_packet().length,
  's2 get err': () => second.get_packet_error(),
};

/** What is returned here instead, and why. */
const OTHERWISE: Readonly<Record<string, { result: string; because: string }>> = {
  'set_buffers 0 0 0 0': { result: '31', because: 'sizes that can hold nothing are refused' },
  'set_buffers -1': { result: '31', because: 'sizes that can hold nothing are refused' },
  'listen 70000': { result: '31', because: 'a port that there is not is refused, not cut to 16 bits' },
  'listen -1': { result: '31', because: 'a port that there is not is refused, not cut to 16 bits' },
  'listen 0': { result: '0', because: 'the server does not listen on port 70000 cut to 4464' },
};

it('every call of the record is made', () => {
  const names = calls.flatMap(({ call }) => call ?? []);
  expect(Object.keys(CALLS).sort()).toEqual([...new Set(names)].sort());
});

for (const { call, result, connect_to_url: url, ret, second_connect_ret: again } of calls) {
  if (call !== undefined) {
    it(`${call} is ${result}`, async () => {
      expect(shown(await CALLS[call]())).toBe(OTHERWISE[call]?.result ?? result);
    });
  } else if (url !== undefined) {
    it(`connect_to_url("${url}") returns ${ret}`, () => {
      const one = new WebSocketClient();
      // A query or a fragment may follow the host here.
      const isBetter = /:9[?#]/.test(url);
      expect(one.connect_to_url(url)).toBe(isBetter ? 0 : ret);
      expect(one.connect_to_url(NOBODY)).toBe(isBetter ? 22 : again);
      one.free();
    });
  }
}
