// Functions that begin a session over a byte stream: to a URL, over an existing stream, for a connection accepted by a
// listener, and for a socket of Node's HTTP server.
import { cryptography, deflater, sockets } from '#platform';
import { requireBytes, requireInstance, wrongType } from '../../binding/arguments.js';
import { describeServers } from '../../binding/class-text.js';
import { ERR_INVALID_PARAMETER } from '../../binding/errors.js';
import type { Bytes } from '../../binding/types.js';
import { codec } from '../../codec/load.js';
import { Admission } from '../../protocol/admissions.js';
import { Connection } from '../../protocol/connection.js';
import type { Crowd } from '../../protocol/crowd.js';
import { ClientHandshake } from '../../protocol/handshake-client.js';
import { checkHandshakeHeaders, checkProtocols } from '../../protocol/handshake-rules.js';
import { ServerHandshake } from '../../protocol/handshake-server.js';
import { REPORT, type Refusal, SETTINGS, type Session, type SessionOwner } from '../../protocol/session.js';
import { checkProxies } from '../../protocol/trusted-proxies.js';
import { encodeUpgrade, type UpgradeRequest } from '../../protocol/upgrade-request.js';
import { type ParsedUrl, parseUrl } from '../../protocol/url.js';
import { Visitor } from '../../protocol/visitor.js';
import { BYTE_STREAM, type ByteStream, StreamPhase } from '../../transport/byte-stream.js';
import { TLSOptions, tlsClientSettings } from '../crypto/tls-options.js';
import { CROWD, StreamPeer } from '../io/stream-peer.js';
import { StreamPeerTLS } from '../io/stream-peer-tls.js';
import { context } from './context.js';
import { serverSettingLines } from './setting-table.js';

export { inspectable } from './peer-inspection.js';

const NO_BYTES = new Uint8Array(0);

describeServers((line) => (line === '\n@@' ? serverSettingLines() : line.replace('@', '')));

/** A client's session over the network. */
export function openUrl(owner: SessionOwner, url: string, tls: TLSOptions | null): Session | Refusal {
  if (tls !== null) requireInstance('tls_client_options', TLSOptions, tls);
  const target = clientTarget(owner, url);
  if ('reason' in target) return target;
  const stream = target.secure
    ? sockets.connectTls(target.host, target.port, tlsClientSettings(tls, target.host))
    : sockets.connectTcp(target.host, target.port);
  return client(owner, url, target, stream);
}

/** A client's session over `stream`. */
export function overStream(owner: SessionOwner, stream: StreamPeer, url: string): Session | Refusal {
  const target = clientTarget(owner, url);
  if ('reason' in target) return target;
  const bytes = byteStreamOf(stream);
  return 'reason' in bytes ? bytes : client(owner, url, target, bytes);
}

/** A server's session over `stream`. */
export function accept(owner: SessionOwner, stream: StreamPeer): Session | Refusal {
  const refusal = judgeLines(owner, 'server');
  if (refusal !== null) return refusal;
  const bytes = byteStreamOf(stream);
  const isTls = stream instanceof StreamPeerTLS;
  const crowd = (isTls ? stream.get_stream() : stream)?.[CROWD] ?? null;
  return 'reason' in bytes ? bytes : server(owner, 'accept_stream', bytes, isTls, crowd);
}

/** A server's session over a socket of an HTTP server, which has already read the request. */
export function adopt(
  owner: SessionOwner,
  request: UpgradeRequest,
  socket: object,
  head: Bytes | null,
): Session | Refusal {
  if (typeof request?.url !== 'string' || !Array.isArray(request.rawHeaders)) {
    throw wrongType('request', 'a request of an HTTP server', request);
  }
  const first = head === null ? NO_BYTES : requireBytes('head', head);
  const refusal = judgeLines(owner, 'server');
  if (refusal !== null) return refusal;
  const bytes = sockets.adoptSocket(socket);
  if (bytes === null) return refused('socket must be a connected socket of this runtime');
  bytes.unread(encodeUpgrade(request, first));
  return server(owner, 'accept_upgrade', bytes, bytes.secure, null);
}

/** Throws a TypeError unless `stream` is a StreamPeer. */
export function requireStream(stream: StreamPeer): void {
  requireInstance('stream', StreamPeer, stream);
}

export function isUtf8(bytes: Uint8Array): boolean {
  return codec.isValidUtf8(bytes);
}

function refused(reason: string): Refusal {
  return { error: ERR_INVALID_PARAMETER, reason };
}

/** A refusal when the owner's protocols or headers can't be sent in a handshake, or its proxies are none. */
function judgeLines(owner: SessionOwner, side: 'client' | 'server'): Refusal | null {
  const { supportedProtocols, handshakeHeaders, trustedProxies } = owner[SETTINGS];
  const reason =
    checkProtocols(supportedProtocols) ??
    checkHandshakeHeaders(handshakeHeaders, side) ??
    (side === 'server' ? checkProxies(trustedProxies) : null);
  return reason === null ? null : refused(reason);
}

function clientTarget(owner: SessionOwner, url: string): ParsedUrl | Refusal {
  const target = parseUrl(url);
  return typeof target === 'string' ? refused(target) : (judgeLines(owner, 'client') ?? target);
}

function byteStreamOf(stream: StreamPeer): ByteStream | Refusal {
  return stream[BYTE_STREAM]() ?? refused('stream is none that can carry a connection');
}

function client(owner: SessionOwner, url: string, target: ParsedUrl, stream: ByteStream): Session {
  const settings = owner[SETTINGS];
  const handshake = new ClientHandshake({
    url: target,
    protocols: settings.supportedProtocols,
    headers: settings.handshakeHeaders,
    maxSize: settings.maxHandshakeSize,
    tools: cryptography,
    deflater: settings.compressionMode === 0 ? null : deflater,
  });
  stream.setNoDelay(true);
  return new Connection({ side: 'client', handshake, url }, stream, owner, context);
}

function server(
  owner: SessionOwner,
  method: string,
  stream: ByteStream,
  secure: boolean,
  crowd: Crowd | null,
): Session {
  const settings = owner[SETTINGS];
  if (stream.phase === StreamPhase.CLOSED) owner[REPORT](`${method}: the stream is not connected`);
  const admission = new Admission(crowd, method === 'accept_upgrade');
  const handshake = new ServerHandshake({
    protocols: settings.supportedProtocols,
    headers: settings.handshakeHeaders,
    maxSize: settings.maxHandshakeSize,
    visitor: new Visitor(stream, secure, settings),
    allowedOrigins: settings.allowedOrigins,
    allowedHosts: settings.allowedHosts,
    hook: settings.handshakeHook,
    admission,
    tools: cryptography,
    deflater: settings.compressionMode === 0 ? null : deflater,
  });
  stream.setNoDelay(true);
  return new Connection({ side: 'server', handshake, admission }, stream, owner, context);
}
