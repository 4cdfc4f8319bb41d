// Ports for tests: one to listen on, and one without a listener. None is fixed, and none can be assigned by the system
// in between.
import { randomInt } from 'node:crypto';
import { type AddressInfo, connect, createServer } from 'node:net';

/** Range above the privileged ports, and below the ports that systems assign. */
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

/** A free port of 127.0.0.1 that the system does not assign, for programs that need a given port. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(LOWEST, HIGHEST);
    if (await isFree(port)) return port;
  }
}

let deaf: Promise<number> | null = null;

/** A port of 127.0.0.1 without a listener while this process lives: an outgoing connection occupies it. */
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
