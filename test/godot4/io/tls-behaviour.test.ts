// Godot's StreamPeerTLS and TLSOptions: every recorded situation, and what only this package has.
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CryptoKey } from '../../../host/godot4/crypto/crypto-key.js';
import { TLSOptions } from '../../../host/godot4/crypto/tls-options.js';
import { X509Certificate } from '../../../host/godot4/crypto/x509-certificate.js';
import { StreamPeerBuffer } from '../../../host/godot4/io/stream-peer-buffer.js';
import { StreamPeerTCP } from '../../../host/godot4/io/stream-peer-tcp.js';
import { StreamPeerTLS } from '../../../host/godot4/io/stream-peer-tls.js';
import { TCPServer } from '../../../host/godot4/io/tcp-server.js';
import { BYTE_STREAM } from '../../../host/transport/byte-stream.js';
import { type Authority, type Identity, makeCa, makeSelfSigned } from '../../helpers/certificates.js';
import { ascii, Recorder, until } from '../../helpers/net.js';
import { runRecords, type Situation, type Situations, shown } from '../../helpers/net-records.js';
import { useReports } from '../../helpers/reports.js';

let selfSigned: Identity;
let ca: Authority;
const opened: { free(): void }[] = [];

beforeAll(async () => {
  selfSigned = await makeSelfSigned({ names: ['localhost'] });
  ca = await makeCa();
});

afterEach(() => {
  for (const object of opened.splice(0)) object.free();
});

function keep<T extends { free(): void }>(object: T): T {
  opened.push(object);
  return object;
}

function certificate(pem: string): X509Certificate {
  const result = new X509Certificate();
  expect(result.load_from_string(pem)).toBe(0);
  return result;
}

function serverOptions({ key, cert }: Identity): TLSOptions {
  const result = new CryptoKey();
  expect(result.load_from_string(key)).toBe(0);
  return TLSOptions.server(result, certificate(cert));
}

async function tcpPeers(): Promise<[client: StreamPeerTCP, server: StreamPeerTCP]> {
  const server = keep(new TCPServer());
  server.listen(0, '127.0.0.1');
  const client = keep(new StreamPeerTCP());
  client.connect_to_host('127.0.0.1', server.get_local_port());
  await until(() => {
    client.poll();
    return client.get_status() === StreamPeerTCP.STATUS_CONNECTED && server.is_connection_available();
  });
  return [client, keep(server.take_connection() as StreamPeerTCP)];
}

function pollWhileUp(peer: StreamPeerTLS): number {
  const status = peer.get_status();
  if (status === StreamPeerTLS.STATUS_HANDSHAKING || status === StreamPeerTLS.STATUS_CONNECTED) peer.poll();
  return peer.get_status();
}

const isSettled = (status: number): boolean => status !== StreamPeerTLS.STATUS_HANDSHAKING;

interface Meeting {
  client: StreamPeerTLS;
  server: StreamPeerTLS;
  results: number[];
  before: number[];
}

/** Both sides of a TLS connection, polled until both know what has become of it. */
async function meet(options: TLSOptions | null, name: string, identity: Identity): Promise<Meeting> {
  const [base, accepted] = await tcpPeers();
  const client = keep(new StreamPeerTLS());
  const server = keep(new StreamPeerTLS());
  const results = [
    client.connect_to_stream(base, name, options),
    server.accept_stream(accepted, serverOptions(identity)),
  ];
  const before = [client.get_status(), server.get_status()];
  await until(() => isSettled(pollWhileUp(client)) && isSettled(pollWhileUp(server)));
  return { client, server, results, before };
}

const NO_LIES = 'the engine says CONNECTED before the handshake is done; here the server handshakes like the client';

function handshake(makeOptions: () => TLSOptions, name: string, after: number[]): Situation {
  const run = async (): Promise<unknown> => {
    const { client, server, results, before } = await meet(makeOptions(), name, selfSigned);
    return [...results, before, [client.get_status(), server.get_status()]];
  };
  return { run, returned: [0, 0, [1, 1], after], because: NO_LIES };
}

const options = (chosen: TLSOptions): unknown[] => [
  chosen.is_server(),
  chosen.is_unsafe_client(),
  chosen.get_common_name_override(),
  chosen.get_trusted_ca_chain() !== null,
];

const fresh = (): StreamPeerTLS => new StreamPeerTLS();
const trusted = (): X509Certificate => certificate(selfSigned.cert);

const situations: Situations = {
  'tlsopt.client2': () => options(TLSOptions.client(trusted(), 'other')),
  'tlsopt.unsafe': () => options(TLSOptions.client_unsafe(trusted())),
  'tls.fresh.status': () => fresh().get_status(),
  'tls.fresh.poll': () => fresh().poll() ?? null,
  'tls.fresh.put': () => fresh().put_data(Uint8Array.of(1)),
  'tls.fresh.avail': () => fresh().get_available_bytes(),
  'tls.fresh.stream': () => fresh().get_stream() === null,
  'tls.fresh.disc': () => fresh().disconnect_from_stream() ?? null,
  'tls.connect_null': () => fresh().connect_to_stream(null, 'x'),
  'tls.accept_null': () => fresh().accept_stream(null, serverOptions(selfSigned)),
  'tls.connect_serveropts': () => fresh().connect_to_stream(new StreamPeerTCP(), 'x', serverOptions(selfSigned)),
  'tls.connect_closed_tcp': () => {
    const peer = fresh();
    const error = peer.connect_to_stream(new StreamPeerTCP(), 'x');
    expect(peer.get_status()).toBe(StreamPeerTLS.STATUS_ERROR_HOSTNAME_MISMATCH);
    return error;
  },
};

const reports = useReports();

/** A client that turns the server away. Whether the server's handshake is done by then is a matter of the TLS library. */
function refusal(makeOptions: () => TLSOptions, name: string): Situation {
  const run = async (): Promise<unknown> => {
    const { client, server, results, before } = await meet(makeOptions(), name, selfSigned);
    const unfinished = server.get_status() === StreamPeerTLS.STATUS_ERROR;
    expect(reports.errors.length).toBe(unfinished ? 2 : 1);
    reports.errors.length = 1;
    return [...results, before, [client.get_status(), unfinished ? 0 : server.get_status()]];
  };
  return { run, returned: [0, 0, [1, 1], [3, 0]], because: NO_LIES };
}

describe('recorded: StreamPeerTLS and TLSOptions', () => {
  const wrong = 'wrong.example';
  const all: Situations = {
    ...situations,
    'tls.handshake.trusted_wrong_name': refusal(() => TLSOptions.client(trusted()), wrong),
    'tls.handshake.untrusted': refusal(() => TLSOptions.client(), 'localhost'),
    'tls.handshake.trusted_override': handshake(() => TLSOptions.client(trusted(), 'localhost'), wrong, [2, 2]),
    'tls.handshake.unsafe': handshake(() => TLSOptions.client_unsafe(), wrong, [2, 2]),
    'tls.handshake.unsafe_chain_wrong_name': handshake(() => TLSOptions.client_unsafe(trusted()), wrong, [2, 2]),
  };
  runRecords(['tls', 'tlsopt'], all, reports);
});

describe('StreamPeerTLS', () => {
  it('has the status values of Godot on the class and as a group', () => {
    expect(StreamPeerTLS.Status).toEqual({
      STATUS_DISCONNECTED: 0,
      STATUS_HANDSHAKING: 1,
      STATUS_CONNECTED: 2,
      STATUS_ERROR: 3,
      STATUS_ERROR_HOSTNAME_MISMATCH: 4,
    });
    expect(StreamPeerTLS.STATUS_HANDSHAKING).toBe(1);
  });

  it('carries bytes, and ends with ERR_FILE_EOF behind the last of them', async () => {
    const { client, server } = await meet(TLSOptions.client(trusted()), 'localhost', selfSigned);
    expect(client.put_data(ascii('hello'))).toBe(0);
    expect(client.put_partial_data(ascii(' you'))).toEqual([0, 4]);
    await until(() => server.get_available_bytes() === 9);
    expect(server.get_data(12)).toEqual([2, new Uint8Array(0)]);
    expect(shown(server.get_data(5)[1])).toEqual(shown(ascii('hello')));
    expect(shown(server.get_partial_data(50)[1])).toEqual(shown(ascii(' you')));
    server.put_data(ascii('bye'));
    server.disconnect_from_stream();
    expect([server.get_status(), server.get_stream()]).toEqual([0, null]);
    await until(() => client.get_available_bytes() === 3);
    client.poll();
    expect(client.get_status()).toBe(StreamPeerTLS.STATUS_CONNECTED);
    let last = client.get_data(5);
    await until(() => {
      if (last[0] === 2) last = client.get_data(5);
      return last[0] !== 2;
    });
    expect(last).toEqual([18, Uint8Array.of(98, 121, 101, 0, 0)]);
    expect(client.get_status()).toBe(StreamPeerTLS.STATUS_DISCONNECTED);
  });

  it('shows the stream underneath until it is disconnected', async () => {
    const { client } = await meet(TLSOptions.client(trusted()), 'localhost', selfSigned);
    const base = client.get_stream() as StreamPeerTCP;
    expect(base).toBeInstanceOf(StreamPeerTCP);
    expect(base.get_connected_host()).toBe('127.0.0.1');
    client.disconnect_from_stream();
    await until(() => base.get_status() !== StreamPeerTCP.STATUS_CONNECTED);
  });

  it('trusts what its own root vouches for', async () => {
    const identity = await ca.issue({ names: ['game.example'] });
    const { client } = await meet(TLSOptions.client(certificate(ca.cert)), 'game.example', identity);
    expect(client.get_status()).toBe(StreamPeerTLS.STATUS_CONNECTED);
  });

  it('reports each use of client_unsafe as a warning that says what is not verified', async () => {
    await meet(TLSOptions.client_unsafe(), 'localhost', selfSigned);
    await meet(TLSOptions.client_unsafe(trusted()), 'localhost', selfSigned);
    expect(reports.warnings.length).toBe(2);
    expect(reports.warnings[0]).toContain('neither the certificate nor the name of localhost');
    expect(reports.warnings[1]).toContain('the certificate but not the name of localhost');
  });

  it('hands its stream over while the handshake is under way', async () => {
    const [base, accepted] = await tcpPeers();
    const client = keep(new StreamPeerTLS());
    const server = keep(new StreamPeerTLS());
    client.connect_to_stream(base, 'localhost', TLSOptions.client(trusted()));
    server.accept_stream(accepted, serverOptions(selfSigned));
    const stream = server[BYTE_STREAM]();
    expect(stream).not.toBeNull();
    const adopter = new Recorder(stream as NonNullable<typeof stream>);
    expect(server.get_status()).toBe(StreamPeerTLS.STATUS_HANDSHAKING);
    await until(() => pollWhileUp(client) === StreamPeerTLS.STATUS_CONNECTED);
    client.put_data(ascii('through'));
    await until(() => adopter.text === 'through');
    expect(server.get_status()).toBe(StreamPeerTLS.STATUS_CONNECTED);
    server.poll();
    expect(reports.errors).toEqual([]);
    adopter.stream.destroy();
  });

  it('has no stream to hand over when there is none', () => {
    expect(new StreamPeerTLS()[BYTE_STREAM]()).toBeNull();
  });

  it('raises activity when the handshake is done and when bytes come', async () => {
    const [base, accepted] = await tcpPeers();
    const client = keep(new StreamPeerTLS());
    const server = keep(new StreamPeerTLS());
    let news = 0;
    server.connect('activity', () => {
      news += 1;
    });
    client.connect_to_stream(base, 'localhost', TLSOptions.client(trusted()));
    server.accept_stream(accepted, serverOptions(selfSigned));
    await until(() => news === 1);
    server.poll();
    expect(server.get_status()).toBe(StreamPeerTLS.STATUS_CONNECTED);
    await until(() => pollWhileUp(client) === StreamPeerTLS.STATUS_CONNECTED);
    client.put_data(ascii('x'));
    await until(() => news === 2);
  });

  it('can be used again after an error', async () => {
    const peer = keep(new StreamPeerTLS());
    peer.connect_to_stream(new StreamPeerTCP(), 'localhost');
    const [base, accepted] = await tcpPeers();
    keep(new StreamPeerTLS()).accept_stream(accepted, serverOptions(selfSigned));
    expect(peer.connect_to_stream(base, 'localhost', TLSOptions.client(trusted()))).toBe(0);
    await until(() => pollWhileUp(peer) === StreamPeerTLS.STATUS_CONNECTED);
  });

  it.each<[string, TLSOptions]>([
    ['of a client', TLSOptions.client()],
    ['without key and certificate', TLSOptions.server(null, null)],
    ['with an empty key', TLSOptions.server(new CryptoKey(), new X509Certificate())],
  ])('refuses options %s for a server', async (_what, serverSide) => {
    expect(new StreamPeerTLS().accept_stream(new StreamPeerTCP(), serverSide)).toBe(31);
    expect(reports.errors.length).toBe(1);
  });

  it('says FAILED when key and certificate do not belong together', async () => {
    const [, accepted] = await tcpPeers();
    const mixed = serverOptions({ key: ca.key, cert: selfSigned.cert });
    const peer = new StreamPeerTLS();
    expect([peer.accept_stream(accepted, mixed), peer.get_status()]).toEqual([1, 4]);
  });

  it.each<[string, (accepted: StreamPeerTCP) => unknown]>([
    ['TCP', () => {}],
    ['TCP that was read from', (accepted) => accepted.get_available_bytes()],
    ['TCP that somebody listens to', (accepted) => accepted.connect('activity', () => {})],
  ])('ends %s when key and certificate do not belong together: nobody waits for ever', async (_what, prepare) => {
    const [base, accepted] = await tcpPeers();
    const client = keep(new StreamPeerTLS());
    expect(client.connect_to_stream(base, 'localhost', TLSOptions.client(trusted()))).toBe(0);
    const mixed = serverOptions({ key: ca.key, cert: selfSigned.cert });
    prepare(accepted);
    expect(new StreamPeerTLS().accept_stream(accepted, mixed)).toBe(1);
    await until(() => pollWhileUp(client) === StreamPeerTLS.STATUS_ERROR);
    expect([accepted.get_status(), base.get_status()]).not.toContain(StreamPeerTCP.STATUS_CONNECTED);
  });

  it('answers no options with ERR_INVALID_PARAMETER, and leaves the stream and itself as they are', async () => {
    const [base, accepted] = await tcpPeers();
    const peer = keep(new StreamPeerTLS());
    expect(peer.accept_stream(new StreamPeerTCP(), null)).toBe(31);
    expect(peer.accept_stream(accepted, null)).toBe(31);
    expect([peer.get_status(), accepted.get_status()]).toEqual([0, StreamPeerTCP.STATUS_CONNECTED]);
    expect(peer.accept_stream(accepted, serverOptions(selfSigned))).toBe(0);
    expect([peer.accept_stream(accepted, null), peer.get_status(), peer.get_stream()]).toEqual([31, 1, accepted]);
    expect(reports.take()).toEqual(['accept_stream: server_options is null']); // equal ones are said once
    base.free();
  });

  it('runs over a StreamPeerBuffer, which somebody carries on', async () => {
    const [near, far] = [new StreamPeerBuffer(), new StreamPeerBuffer()];
    near.data_array = ascii('is written over');
    const [client, server] = [keep(new StreamPeerTLS()), keep(new StreamPeerTLS())];
    expect(client.connect_to_stream(near, 'localhost', TLSOptions.client(trusted()))).toBe(0);
    expect([client.get_status(), client.get_stream()]).toEqual([StreamPeerTLS.STATUS_HANDSHAKING, near]);
    await until(() => near.get_position() > 0);
    expect([near.data_array[0], near.get_position()]).toEqual([22, near.get_size()]); // §5.1 of RFC 8446: handshake
    expect([client.put_data(ascii('early')), client.poll(), client.get_status()]).toEqual([3, undefined, 1]);
    expect(server.accept_stream(far, serverOptions(selfSigned))).toBe(0);
    const fed = [0, 0]; // what each was given to read; behind it lies what was put
    const carry = (): void => {
      if (near.get_available_bytes() > 0 || far.get_available_bytes() > 0) return;
      const [forFar, forNear] = [near.data_array.subarray(fed[0]), far.data_array.subarray(fed[1])];
      [near.data_array, far.data_array] = [forNear, forFar];
      [fed[0], fed[1]] = [forNear.length, forFar.length];
    };
    const carryUntil = (done: () => boolean): Promise<void> =>
      until(() => {
        carry();
        for (const peer of [client, server]) pollWhileUp(peer);
        return done();
      });
    await carryUntil(() => [client, server].every((peer) => peer.get_status() === StreamPeerTLS.STATUS_CONNECTED));
    client.put_data(ascii('hello'));
    await carryUntil(() => server.get_available_bytes() === 5);
    expect(reports.take()).toEqual(['put_data: the TLS connection is not up']);
  });

  it('throws a TypeError for arguments of types that Godot could not have received', () => {
    const peer = new StreamPeerTLS();
    expect(() => peer.connect_to_stream({} as StreamPeerTCP, 'x')).toThrow(/^stream must be a StreamPeer/);
    expect(() => peer.connect_to_stream(new StreamPeerTCP(), 1 as unknown as string)).toThrow(/^common_name/);
    expect(() => peer.accept_stream(null, {} as unknown as TLSOptions)).toThrow(/^server_options/);
  });
});

describe('TLSOptions', () => {
  it('is made by its static methods only', () => {
    expect(() => Reflect.construct(TLSOptions, [])).toThrow(TypeError);
  });

  it('returns what it was given, and nothing it was not', () => {
    const own = serverOptions(selfSigned);
    expect(options(own)).toEqual([true, false, '', false]);
    expect(own.get_private_key()).toBeInstanceOf(CryptoKey);
    expect(own.get_own_certificate()).toBeInstanceOf(X509Certificate);
    const client = TLSOptions.client();
    expect(options(client)).toEqual([false, false, '', false]);
    expect([client.get_private_key(), client.get_own_certificate()]).toEqual([null, null]);
  });

  it('throws a TypeError for arguments of types that Godot could not have received', () => {
    expect(() => TLSOptions.client('pem' as unknown as X509Certificate)).toThrow(/^trusted_chain/);
    expect(() => TLSOptions.server({} as unknown as CryptoKey, null)).toThrow(/^key/);
  });
});
