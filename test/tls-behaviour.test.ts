// Godot's StreamPeerTLS and TLSOptions: every recorded situation, and what only this package has.
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CryptoKey } from '../host/godot4/crypto-key.js';
import { StreamPeerTCP } from '../host/godot4/stream-peer-tcp.js';
import { StreamPeerTLS } from '../host/godot4/stream-peer-tls.js';
import { TCPServer } from '../host/godot4/tcp-server.js';
import { TLSOptions } from '../host/godot4/tls-options.js';
import { X509Certificate } from '../host/godot4/x509-certificate.js';
import { BYTE_STREAM } from '../host/transport/byte-stream.js';
import { type Authority, type Identity, makeCa, makeSelfSigned } from './helpers/certificates.js';
import { ascii, Recorder, until } from './helpers/net.js';
import { runRecords, type Situation, type Situations, shown } from './helpers/net-records.js';
import { useReports } from './helpers/reports.js';

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
  const results = [client.connect_to_stream(base, name, options), server.accept_stream(accepted, serverOptions(identity))];
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

// The server's handshake may be done or not when the client turns away: these have tests of their own below.
const refusals: Situations = {
  'tls.handshake.trusted_wrong_name': refusal(() => TLSOptions.client(trusted()), 'wrong.example'),
  'tls.handshake.untrusted': refusal(() => TLSOptions.client(), 'localhost'),
};

function refusal(makeOptions: () => TLSOptions, name: string): Situation {
  const run = async (): Promise<unknown> => {
    const reports = errorsOnly();
    const { client, results, before } = await meet(makeOptions(), name, selfSigned);
    expect(reports.some((message) => message.startsWith('poll: '))).toBe(true);
    return [...results, before, client.get_status()];
  };
  return { run, returned: [0, 0, [1, 1], 3], because: NO_LIES };
}

const reported = useReports();
function errorsOnly(): string[] {
  return reported.errors;
}

describe('recorded: StreamPeerTLS and TLSOptions', () => {
  runRecords(['tls', 'tlsopt'], {
    ...situations,
    ...refusals,
    'tls.handshake.trusted_override': handshake(() => TLSOptions.client(trusted(), 'localhost'), 'wrong.example', [2, 2]),
    'tls.handshake.unsafe': handshake(() => TLSOptions.client_unsafe(), 'wrong.example', [2, 2]),
    'tls.handshake.unsafe_chain_wrong_name': handshake(() => TLSOptions.client_unsafe(trusted()), 'wrong.example', [2, 2]),
  });
});
