// Ports for tests: one to listen on, and one where nobody answers. None is fixed, and none is one that the system gives
// to somebody else in between.
import { randomInt } from 'node:crypto';
import { type AddressInfo, connect, createServer } from 'node:net';

/** Above what needs rights, and below what systems give to connections and to listeners that name no port. */
const [LOWEST, HIGHEST] = [10_000, 30_000];

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
    return true;
  } catch {
    return false;
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

/** For whoever has to be told its port: one of 127.0.0.1 that is free, and that the system gives to nobody by itself. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(LOWEST, HIGHEST);
    if (await isFree(port)) return port;
  }
}

let deaf: Promise<number> | null = null;

/** A port of 127.0.0.1 on which nobody listens while this process lives: a connection to elsewhere holds it. */
export function deafPort(): Promise<number> {
  deaf ??= hold();
  return deaf;
}

async function hold(): Promise<number> {
  const server = createServer((socket) => socket.on('error', () => {}).unref());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const holder = connect({ port, host: '127.0.0.1', localAddress: '127.0.0.1' });
  await new Promise((resolve) => holder.once('connect', resolve));
  server.unref();
  holder.on('error', () => {}).unref();
  return holder.localPort as number;
}
