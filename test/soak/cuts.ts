// Connections that are cut at every byte of the handshake and of a small conversation, in both roles: the other side
// ends by itself, nothing of it is left, and who was there before is served all the same.
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { connect as connectTls, TLSSocket } from 'node:tls';
import { answerTo, headEnd, requestFor } from '../helpers/raw-peer-handshake.js';
import type { Identity, Kind, SoakServer, Visitor } from './lib/kinds.js';
import { demand, handles, inParallel, sockets, until } from './lib/measure.js';

const AT_ONCE = 8;
const WAYS = ['reset', 'end'] as const;
type Way = (typeof WAYS)[number];

interface Cut {
  readonly at: number;
  readonly way: Way;
}

function* cutsOf(length: number): Generator<Cut> {
  for (let at = 0; at <= length; at += 1) for (const way of WAYS) yield { at, way };
}

/** Sends `bytes` through `socket` and ends it, until it is closed; `raw` is the connection below. */
async function cut(socket: Socket, raw: Socket, bytes: Uint8Array, way: Way): Promise<void> {
  let isClosed = false;
  socket.on('error', () => {});
  raw.on('error', () => {});
  raw.once('close', () => {
    isClosed = true;
  });
  socket.resume();
  const end = (): void => {
    if (way === 'end') socket.end();
    else raw.resetAndDestroy();
  };
  if (bytes.length === 0) end();
  else socket.write(bytes, end);
  await until(
    () => isClosed || raw.closed,
    `the end of a connection that was cut behind ${bytes.length} bytes (${way})`,
  );
}

/** A raw client of a server of `kind`, cut once. */
async function cutClient(kind: Kind, port: number, bytes: Uint8Array, { at, way }: Cut): Promise<void> {
  const raw = connect({ port, host: '127.0.0.1', noDelay: true });
  raw.on('error', () => {});
  await until(() => !raw.connecting, 'a raw connection');
  if (!kind.isSecure) {
    await cut(raw, raw, bytes.subarray(0, at), way);
    return;
  }
  const tls = connectTls({ socket: raw, rejectUnauthorized: false });
  let isSecure = false;
  tls.once('secureConnect', () => {
    isSecure = true;
  });
  tls.on('error', () => {});
  await until(() => isSecure, 'TLS');
  await cut(tls, raw, bytes.subarray(0, at), way);
}

/** The first bytes that a TLS client sends. */
async function firstFlight(): Promise<Uint8Array> {
  let flight = new Uint8Array(0);
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (bytes) => {
      flight = new Uint8Array(bytes);
      socket.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await until(() => server.listening, 'a server');
  const tls = connectTls({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' });
  tls.on('error', () => {});
  await until(() => flight.length > 0, 'a hello');
  tls.destroy();
  server.close();
  return flight;
}

/** Polls `visitor` until it has got another answer. */
async function isServed(visitor: Visitor): Promise<void> {
  const before = visitor.answers();
  visitor.ask();
  await until(() => {
    visitor.poll();
    return visitor.answers() > before;
  }, 'an answer for who was there before');
}

async function expectNothingLeft(server: SoakServer, held: number, before: number): Promise<void> {
  await until(() => server.held() === held, `${held} members, there are ${server.held()}`);
  await until(() => sockets() <= before, `${before} sockets`);
}

/** Cuts raw clients of a server of `kind`; returns their number. */
async function cutClients(kind: Kind, identity: Identity): Promise<number> {
  const server = kind.serve(identity);
  const guest = kind.visit(server.port);
  await until(() => {
    guest.poll();
    return guest.isOpen();
  }, 'a guest');
  await isServed(guest);
  const held = server.held();
  const before = sockets();
  const bytes = Buffer.concat([requestFor(), kind.clientFrames]);
  let count = 0;
  await inParallel(cutsOf(bytes.length), AT_ONCE, async (one) => {
    await cutClient(kind, server.port, bytes, one);
    count += 1;
    if (count % 100 === 0) await isServed(guest);
  });
  if (kind.isSecure) {
    const hello = await firstFlight();
    await inParallel(cutsOf(hello.length), AT_ONCE, async (one) => {
      await cutClient({ ...kind, isSecure: false }, server.port, hello, one);
      count += 1;
    });
  }
  await isServed(guest);
  await expectNothingLeft(server, held, before);
  guest.free();
  server.stop();
  return count;
}

/** A raw server that sends the first bytes of its answer and of `frames`, and cuts there. */
async function rawServer(kind: Kind, identity: Identity, frames: Uint8Array, next: () => Cut): Promise<Server> {
  const serve = (socket: Socket, raw: Socket): void => {
    let request = Buffer.alloc(0);
    socket.on('error', () => {});
    const take = (chunk: Buffer): void => {
      request = Buffer.concat([request, chunk]);
      if (headEnd(request) < 0) return;
      socket.off('data', take);
      const { at, way } = next();
      void cut(socket, raw, Buffer.concat([answerTo(request), frames]).subarray(0, at), way);
    };
    socket.on('data', take);
  };
  const server = createServer((raw) => {
    raw.on('error', () => {});
    serve(kind.isSecure ? new TLSSocket(raw, { isServer: true, key: identity.key, cert: identity.cert }) : raw, raw);
  });
  server.listen(0, '127.0.0.1');
  await until(() => server.listening, 'a raw server');
  return server;
}

/** Cuts servers of clients of `kind`; returns their number. */
async function cutServers(kind: Kind, identity: Identity): Promise<number> {
  const length = answerTo(requestFor()).length + kind.serverFrames.length;
  const cuts = [...cutsOf(length)];
  let at = 0;
  const server = await rawServer(kind, identity, kind.serverFrames, () => {
    at += 1;
    return cuts[at - 1];
  });
  const { port } = server.address() as AddressInfo;
  const before = sockets();
  await inParallel(cuts, AT_ONCE, async () => {
    const visitor = kind.visit(port);
    await until(() => {
      visitor.poll();
      return visitor.isClosed();
    }, 'the end of a client');
    visitor.free();
  });
  await until(() => sockets() <= before, `${before} sockets`);
  server.close();
  return cuts.length;
}

export interface CutFigures {
  readonly clients: number;
  readonly servers: number;
}

/** Cuts both sides of connections of `kind`. */
export async function soakCuts(kind: Kind, identity: Identity): Promise<CutFigures> {
  const before = sockets();
  const clients = await cutClients(kind, identity);
  const servers = await cutServers(kind, identity);
  await until(() => sockets() <= before, `${before} sockets`);
  await until(() => handles() === 0, 'the end of all handles');
  demand(sockets() <= before, 'descriptors are left');
  return { clients, servers };
}
