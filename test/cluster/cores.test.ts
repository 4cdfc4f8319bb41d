// Servers in the workers of node:cluster, in real processes of every runtime, by both ways of handing out connections.
import { existsSync, linkSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeSelfSigned } from '../helpers/certificates.js';
import { until } from '../helpers/game.js';
import { isBuilt } from '../helpers/programs.js';
import { BUN, DENO, isOffered, nodeOf, type Runtime } from '../runtimes/fresh-project.js';
import { askedWorkers, type Job, RunningProgram, type ServerJob } from './running.js';

const OFF = { WEBSOCKETPEER_HANDLES: '0' };
const NODES: readonly (readonly [number, Readonly<Record<string, string>>])[] = [
  [20, {}],
  [26, {}],
  [26, OFF],
];
const RUNTIMES: readonly (readonly [name: string, Runtime, Readonly<Record<string, string>>])[] = [
  ...NODES.filter(([major]) => isOffered(major)).map(([major, env]) => {
    const runtime = nodeOf(major);
    return [env === OFF ? `${runtime.name} with the handles switched off` : runtime.name, runtime, env] as const;
  }),
  [DENO.name, DENO, {}],
  [BUN.name, BUN, {}],
];
const POLICIES = ['rr', 'none'] as const;
const RUNS = RUNTIMES.flatMap(([name, runtime, env]) =>
  POLICIES.map((policy) => [name, policy, runtime, env] as const),
);

const PORTS = {
  tcp: { kind: 'tcp', place: 0 },
  multiplayer: { kind: 'multiplayer', place: 0 },
  godot3: { kind: 'godot3', place: 0 },
  'tcp with TLS': { kind: 'tcp', place: 0, secure: true },
  'multiplayer with TLS': { kind: 'multiplayer', place: 0, secure: true },
  'godot3 with TLS': { kind: 'godot3', place: 0, secure: true },
} as const satisfies Record<string, ServerJob>;
const NAMES = Object.keys(PORTS) as (keyof typeof PORTS)[];

/** What a report says of a place that can't be had, behind the method and the place. */
const TAKEN = 'it is in use: something listens there already (EADDRINUSE)';

const listening = (server: Server, ...place: [string] | [number, string]): Promise<Server> =>
  new Promise((resolve) => {
    server.listen(...(place as [number, string]), () => resolve(server));
  });

/** Leaves a socket at `path` on which nobody listens, as after a crash. */
async function abandon(path: string): Promise<void> {
  const server = await listening(createServer(), `${path}.alive`);
  linkSync(`${path}.alive`, path);
  await new Promise((resolve) => server.close(resolve));
}

describe.skipIf(!isBuilt).each(RUNS)('two workers in %s by %s', (_, policy, runtime, env) => {
  let program: RunningProgram;
  /** Those who have the places that the workers can't have: each kind another, so that none asks for one twice. */
  let others: readonly Server[] = [];
  let path = '';
  const ports: Partial<Record<string, number>> = {};

  beforeAll(async () => {
    const tls = await makeSelfSigned({ names: ['localhost'], ips: ['127.0.0.1'] });
    others = await Promise.all([0, 1, 2].map(() => listening(createServer(), 0, '127.0.0.1')));
    const [taken1, taken2, taken3] = others.map((one) => (one.address() as AddressInfo).port);
    program = await RunningProgram.start(runtime, env, async (directory): Promise<Job> => {
      path = join(directory, 'game.sock');
      await abandon(path);
      others = [...others, await listening(createServer(), join(directory, 'other.sock'))];
      writeFileSync(join(directory, 'file'), '');
      return {
        policy,
        workers: 2,
        tls,
        servers: {
          ...PORTS,
          uds: { kind: 'uds', place: path },
          'taken tcp': { kind: 'tcp', place: taken1 as number, later: true },
          'taken multiplayer': { kind: 'multiplayer', place: taken2 as number, later: true },
          'taken godot3': { kind: 'godot3', place: taken3 as number, later: true },
          'taken uds': { kind: 'uds', place: join(directory, 'other.sock'), later: true },
          'file uds': { kind: 'uds', place: join(directory, 'file'), later: true },
          'lost uds': { kind: 'uds', place: join(directory, 'none/game.sock'), later: true },
        },
      };
    });
  });
  afterAll(async () => {
    await program.end();
    for (const one of others) one.close();
  });

  it('listen at once as the game sees it, on ports that are known when the primary has answered', async () => {
    for (const worker of [1, 2]) {
      for (const name of NAMES) {
        const [ready] = await program.heard(1, 'ready', { worker, name });
        ports[name] ??= ready?.port;
        expect(ready?.port).toBe(ports[name]);
      }
      await program.heard(1, 'shared', { number: worker, address: path });
      const said = program.all('listen', { worker }).map(({ error, status, port }) => [error, status, port]);
      expect(said).toEqual(Array(NAMES.length + 1).fill([0, true, 0]));
      const [bound] = await program.heard(1, 'bound', { worker });
      expect(bound).toMatchObject({ error: 0, port: expect.any(Number) });
    }
    expect(new Set(Object.values(ports)).size).toBe(NAMES.length);
  });

  it.each([
    ['taken tcp', /^listen: can't listen on port \d+ of 127\.0\.0\.1: (.*)$/, TAKEN],
    ['taken multiplayer', /^create_server: can't listen on port \d+ of 127\.0\.0\.1: (.*)$/, TAKEN],
    ['taken godot3', /^listen: can't listen on port \d+ of 127\.0\.0\.1: (.*)$/, TAKEN],
    ['taken uds', /^listen: can't listen on path "[^"]+other\.sock": (.*)$/, TAKEN],
    [
      'file uds',
      /^listen: can't listen on path "[^"]+file": (.*)$/,
      'a file that is no socket is there, or a link (EEXIST)',
    ],
    ['lost uds', /^listen: can't listen on path "[^"]+game\.sock": (.*)$/, 'the directory does not exist (ENOENT)'],
  ])('tell once, by a report and by activity, that a place can not be had: %s', async (name, form, cause) => {
    // One after the other: the primary of some versions of Node dies when it has to refuse two workers at once.
    for (const worker of [1, 2]) {
      program.command('listen', worker, name);
      await program.heard(1, 'activity', { worker, name });
      expect(program.all('listen', { worker, name })).toMatchObject([{ error: 0, status: true }]);
      expect(program.all('activity', { worker, name }).length).toBe(1);
      const reports = program.all('report', { worker, name });
      expect(reports.map(({ message }) => form.exec(message ?? '')?.[1])).toEqual([cause]);
    }
  });

  it.each(NAMES)('serve each connection once: %s', async (name) => {
    const served = await askedWorkers(ports[name] as number, 'secure' in PORTS[name], 12);
    expect(served.filter((worker) => worker !== 1 && worker !== 2)).toEqual([]);
    if (policy === 'rr') expect(new Set(served).size).toBe(2);
  });

  it('share a Unix domain socket, whose file goes with the last of them', async () => {
    const served = await askedWorkers(path, false, 12);
    expect(served.filter((worker) => worker !== 1 && worker !== 2)).toEqual([]);
    program.command('stop', 1, 'uds');
    await program.heard(1, 'stopped', { worker: 1 });
    expect(await askedWorkers(path, false, 6)).toEqual(Array(6).fill(2));
    program.command('listen', 1, 'uds');
    await program.heard(2, 'shared', { number: 1, address: path });
    program.command('stop', 2, 'uds');
    await program.heard(1, 'stopped', { worker: 2 });
    expect(await askedWorkers(path, false, 6)).toEqual(Array(6).fill(1));
    program.command('stop', 1, 'uds');
    await program.heard(2, 'stopped', { worker: 1 });
    await until(() => !existsSync(path), 'the file to go');
  });

  it('go on when one is killed, and take in another', async () => {
    program.command('kill', 1);
    await program.heard(1, 'exit', { number: 1 });
    for (const name of NAMES) {
      expect(await askedWorkers(ports[name] as number, 'secure' in PORTS[name], 3)).toEqual([2, 2, 2]);
    }
    program.command('fork');
    for (const name of NAMES) await program.heard(1, 'ready', { worker: 3, name });
    for (const name of NAMES) {
      expect(program.all('ready', { worker: 3, name })[0]?.port).toBe(ports[name]);
      const served = await askedWorkers(ports[name] as number, 'secure' in PORTS[name], 6);
      expect(served.filter((worker) => worker !== 2 && worker !== 3)).toEqual([]);
    }
    expect(program.errors).toBe('');
  });

  it('stop listening when they disconnect from the primary, and keep their games', async () => {
    program.command('disconnect', 2);
    const [said] = await program.heard(1, 'disconnected', { worker: 2 });
    expect(said?.listening).toEqual(['multiplayer', 'multiplayer with TLS']);
  });
});
