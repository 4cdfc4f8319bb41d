// What a platform's errors become: one plain sentence, whatever library they come from.
import nodeCrypto from 'node:crypto';
import net from 'node:net';
import tls from 'node:tls';
import { afterEach, expect, it, vi } from 'vitest';
import { Crypto, HashingContext, TCPServer, UDSServer, WebSocketPeer } from '../../host/index.js';
import { ACCESS_DENIED, plainError } from '../../host/transport/plain-error.js';
import { useReports } from '../helpers/reports.js';

const reports = useReports();

afterEach(() => {
  vi.restoreAllMocks();
});

const OPENSSL =
  '806C6B99F57F0000:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../deps/openssl/record.c:350:\n';
const DENO = 'Requires net access to "127.0.0.1:0", run again with the --allow-net flag';
const NODE = 'Access to this API has been restricted. Use --allow-net to manage permissions.';
const NO_RIGHT = 'this runtime was started without the right to do so';

function made(message: string, more: object = {}): Error {
  return Object.assign(new Error(message), more);
}

it.each([
  ['of the network', made('connect ECONNREFUSED ::1:9', { code: 'ECONNREFUSED', syscall: 'connect' })],
  ['of our own', made('TLS: the stream is not connected')],
])('an error %s stays as it is', (_, error) => {
  expect(plainError(error)).toBe(error);
});

it.each([
  ['of OpenSSL', made(OPENSSL, { code: 'ERR_SSL_WRONG_VERSION_NUMBER' }), 'the other side does not speak TLS'],
  ['of a write', made(OPENSSL, { code: 'EPROTO', syscall: 'write' }), 'TLS failed: wrong version number'],
  ['less known', made(OPENSSL, { code: 'ERR_SSL_BAD_RECORD_TYPE' }), 'TLS failed: bad record type'],
  ['of OpenSSL without a code', made(OPENSSL), 'TLS failed: wrong version number'],
  ['of several lines', made('one\ntwo', { code: 'E_ODD' }), 'the runtime failed: e odd'],
  ['that is none', 'two\nlines', 'the runtime failed without a reason'],
  ['of Deno', made(DENO, { name: 'NotCapable' }), `${NO_RIGHT} (--allow-net)`],
  ['of Deno’s resolver', made('x', { code: 'EPERM', syscall: 'getaddrinfo' }), `${NO_RIGHT} (--allow-net)`],
  ['of Node’s permission model', made(NODE, { code: ACCESS_DENIED, syscall: 'connect' }), `${NO_RIGHT} (--allow-net)`],
  ['without a hint', made('no', { code: ACCESS_DENIED }), NO_RIGHT],
])('an error %s becomes one plain sentence, and no failure of the network', (_, thrown, sentence) => {
  const error = plainError(thrown);
  expect(error.message).toBe(sentence);
  expect(error).not.toHaveProperty('syscall');
  expect(error.cause).toBe(thrown);
});

it('a client of a server without TLS says so in a sentence', async () => {
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const peer = new WebSocketPeer();
  peer.connect_to_url(`wss://127.0.0.1:${(server.address() as net.AddressInfo).port}`);
  await vi.waitFor(() => {
    peer.poll();
    expect(peer.get_ready_state()).toBe(WebSocketPeer.STATE_CLOSED);
  });
  server.close();
  expect(reports.take()).toEqual([
    expect.stringMatching(
      /^WebSocketPeer: TLS with wss:.* failed: the other side does not speak TLS \(ERR_TLS_NOT_TLS\)$/,
    ),
  ]);
});

it.each([
  ['TCPServer', () => new TCPServer().listen(0, '127.0.0.1'), "listen: can't listen on port 0 of 127.0.0.1: "],
  ['UDSServer', () => new UDSServer().listen('/nowhere/socket'), `listen: can't listen on path "/nowhere/socket": `],
])('%s.listen answers to a runtime that throws with ERR_UNAUTHORIZED and one message', (_, listen, place) => {
  vi.spyOn(net as typeof net & { _createServerHandle(): void }, '_createServerHandle').mockImplementation(() => {
    throw made(NODE, { code: ACCESS_DENIED });
  });
  expect(listen()).toBe(4);
  expect(reports.take()).toEqual([`${place}${NO_RIGHT} (--allow-net)`]);
});

it('a hash that this OpenSSL does not allow is not to be had, and nothing is thrown', () => {
  const refusal = (): never => {
    throw made('error:0308010C:digital envelope routines::unsupported');
  };
  vi.spyOn(nodeCrypto, 'createHash').mockImplementation(refusal);
  vi.spyOn(nodeCrypto, 'createHmac').mockImplementation(refusal);
  expect(new HashingContext().start(HashingContext.HASH_MD5)).not.toBe(0);
  expect(new Crypto().hmac_digest(HashingContext.HASH_SHA256, new Uint8Array(4), new Uint8Array(4))).toHaveLength(0);
  expect(reports.take()).toHaveLength(2);
});

it('TLS that can not begin closes its stream, and the message is one line', async () => {
  vi.spyOn(tls, 'connect').mockImplementation(() => {
    throw made(OPENSSL, { code: 'ERR_OSSL_X509_KEY_VALUES_MISMATCH' });
  });
  const peer = new WebSocketPeer();
  expect(peer.connect_to_url('wss://127.0.0.1:9')).toBe(0);
  peer.poll();
  expect(peer.get_ready_state()).toBe(WebSocketPeer.STATE_CLOSED);
  expect(reports.take()).toEqual([
    expect.stringMatching(/failed: the private key does not belong to the certificate \(ERR_TLS_FAILED\)$/),
  ]);
});
