// A screen for browsers that draw on none: Xvfb, which keeps it in memory, else the one that the user has.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';

const XVFB = '/usr/bin/Xvfb';

/** Whether there is one: only X has to be asked for it. */
export const HAS_SCREEN = process.platform !== 'linux' || existsSync(XVFB) || process.env.DISPLAY !== undefined;

/** A program that ends when it is told to. */
export interface Program {
  readonly child: ChildProcess;
  end(): Promise<void>;
}

export function start(command: string, args: readonly string[], options: object): Program {
  const child = spawn(command, args, options);
  const ended = new Promise((resolve) => child.on('close', resolve).on('error', resolve));
  return {
    child,
    end: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

export interface Screen {
  /** The environment of a program that draws on it. */
  readonly env: NodeJS.ProcessEnv;
  end(): Promise<void>;
}

export async function startScreen(): Promise<Screen> {
  if (!existsSync(XVFB)) return { env: process.env, end: async () => {} };
  const args = ['-displayfd', '3', '-screen', '0', '1400x1000x24', '-nolisten', 'tcp'];
  const { child, end } = start(XVFB, args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const lines = createInterface({ input: child.stdio[3] as NodeJS.ReadableStream });
  for await (const display of lines) return { env: { ...process.env, DISPLAY: `:${display}` }, end };
  throw new Error('Xvfb has ended');
}
