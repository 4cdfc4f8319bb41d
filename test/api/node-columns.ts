// Columns of the API suite in Node: over TCP, over TLS, over a stream, and in a worker that uses Node's sockets.
import { StreamPeerTCP, set_error_handler, TLSOptions, WebSocketPeer, X509Certificate } from 'websocketpeer';
import { MessagePortStream } from 'websocketpeer/streams';
import { type Identity, makeSelfSigned } from '../helpers/certificates.js';
import type { Played } from './column-tests.js';
import type { Column, Peer } from './play.js';
import { OtherSide, serveApi } from './server.js';
import { inWorker } from './worker-column.js';

const make: Column['make'] = (what) =>
  what === 'server options' ? TLSOptions.server(null, null) : new StreamPeerTCP();

const own = (peer: Peer): WebSocketPeer => peer as WebSocketPeer;
const isUnderway = (peer: Peer): boolean => own(peer).get_connected_port() > 0;

const basis = { peers: WebSocketPeer, peer: () => new WebSocketPeer(), make, set_error_handler };

export async function overTcp(): Promise<Played> {
  const server = await serveApi();
  const { origin } = server;
  const dial = (peer: Peer, path: string): number => own(peer).connect_to_url(`${origin}/${path}`);
  return { column: { ...basis, origin, connect: dial, isUnderway }, close: () => server.close() };
}

function trusting({ cert }: Identity): TLSOptions {
  const certificate = new X509Certificate();
  certificate.load_from_string(cert);
  return TLSOptions.client(certificate);
}

export async function overTls(): Promise<Played> {
  const identity = await makeSelfSigned({ names: ['localhost'], ips: ['127.0.0.1'] });
  const server = await serveApi(identity);
  const { origin } = server;
  const options = trusting(identity);
  const dial = (peer: Peer, path: string): number => own(peer).connect_to_url(`${origin}/${path}`, options);
  return { column: { ...basis, origin, connect: dial, isUnderway }, close: () => server.close() };
}

/** The other side is the server's, at the other end of a MessageChannel. */
export async function overStream(): Promise<Played> {
  const server = await serveApi(); // for rows that connect to a URL
  const { origin } = server;
  const dial = (peer: Peer, path: string): number => {
    const { port1, port2 } = new MessageChannel();
    const far = new MessagePortStream(port2);
    const other = new OtherSide({ send: (bytes) => far.put_data(bytes), end: () => far.free() });
    far.connect('activity', () => other.receive(far.get_partial_data(1 << 20)[1]));
    return own(peer).connect_to_stream(new MessagePortStream(port1), `${origin}/${path}`);
  };
  return { column: { ...basis, origin, connect: dial }, close: () => server.close() };
}

export async function overWorker(): Promise<Played> {
  const { column, close } = await overTcp();
  return { column: inWorker(column), close };
}
