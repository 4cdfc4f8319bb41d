// The platform of Node and of runtimes that imitate its modules, assembled from its parts.
import { attempted } from '../plain-error.js';
import type { BindResult, Clock, Files, ListenResult, Sockets } from '../platform.js';
import { adoptSocket } from './adopted-stream.js';
import { cryptography } from './cryptography.js';
import { deflater } from './deflater.js';
import { readFile, writeFile } from './files.js';
import { bindUds, listen, listenUds } from './listener.js';
import { processLines } from './process-lines.js';
import { useReadBuffer } from './read-buffer.js';
import { TcpClientStream } from './tcp-stream.js';
import { alarm, atTurnEnd } from './timers.js';
import { TlsClientStream, tlsServerFault, WrappedTlsClientStream, WrappedTlsServerStream } from './tls-stream.js';
import { connectUds } from './uds-stream.js';

/** Converts the exception for a missing permission. */
const notListening = (error: Error): ListenResult => ({ ...failure(error), listener: null });
const notBound = (error: Error): BindResult => ({ ...failure(error), bound: null });

function failure(error: Error & { code?: string }): { errorCode: string; reason: string } {
  return { errorCode: error.code ?? 'UNKNOWN', reason: error.message };
}

export { cryptography, deflater, processLines };

export const clock: Clock = { now: () => performance.now(), atTurnEnd, alarm };

export const files: Files = { readFile, writeFile };

export const sockets: Sockets = {
  connectTcp: (host, port, local) => new TcpClientStream(host, port, local),
  connectTls: (host, port, settings) => new TlsClientStream(host, port, settings),
  wrapTlsClient: (base, settings) => new WrappedTlsClientStream(base, settings),
  wrapTlsServer: (base, settings) => new WrappedTlsServerStream(base, settings),
  tlsServerFault,
  connectUds,
  bindUds: (path) => attempted(() => bindUds(path), notBound),
  listenUds: (...args) => attempted(() => listenUds(...args), notListening),
  adoptSocket,
  listen: (...args) => attempted(() => listen(...args), notListening),
  useReadBuffer,
};
