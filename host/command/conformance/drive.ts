// A case's run on a socket.
import type { Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import type { CaseRun } from './case-run.js';

/** Plays `run` on a connected `socket`, which it destroys at the end. */
export async function drive(run: CaseRun, socket: Socket): Promise<void> {
  let wake = (): void => {};
  const news = (): void => wake();
  const hear = (bytes: Buffer): void => {
    run.receive(bytes);
    news();
  };
  const end = (): void => {
    run.end();
    news();
  };
  socket.setNoDelay(true).on('data', hear).once('end', end).once('close', end).on('error', end).resume();
  try {
    for (;;) {
      const action = run.next(performance.now());
      if (action === null) return;
      if (action.do === 'write') await write(socket, action.bytes);
      else if (action.do === 'end') socket.end();
      else {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, Math.max(1, action.until - performance.now()));
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        wake = () => {};
      }
    }
  } finally {
    socket.destroy();
  }
}

/** Writes, and lets the system send before the next piece; a side that reads nothing does not fill the memory. */
async function write(socket: Socket, bytes: Buffer): Promise<void> {
  if (!socket.writable) return turn();
  if (socket.write(bytes)) return turn();
  await new Promise<void>((resolve) => {
    const done = (): void => {
      socket.off('drain', done).off('close', done).off('end', done);
      resolve();
    };
    socket.once('drain', done).once('close', done).once('end', done);
  });
}
