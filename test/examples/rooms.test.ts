// examples/rooms: the server in one process and in several over NATS, started as its compose file says, and the shape of
// that file.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { describeCommand } from '../helpers/commands.js';
import { until } from '../helpers/game.js';
import { NatsServer } from '../helpers/nats-server.js';
import { deafPort } from '../helpers/ports.js';
import { fromRoot, isBuilt, type Launched, usePrograms } from '../helpers/programs.js';

const FOLDER = 'examples/rooms';
const PASSWORDS = { ROOM_PASSWORD: 'of-rooms', GATEWAY_PASSWORD: 'of-gateways' } as const;

interface Service {
  readonly image: string;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly healthcheck: { readonly test: readonly string[] };
  readonly volumes: readonly string[];
  readonly ports?: readonly string[];
  readonly depends_on?: unknown;
  readonly stop_grace_period?: string;
}

/** The file as Docker Compose reads it, with the passwords in its place. */
function readCompose(): { services: Record<string, Service>; volumes: object } {
  const text = readFileSync(fromRoot(`${FOLDER}/compose.yaml`), 'utf8');
  const filled = text.replace(/\$\{(\w+):\?[^}]+\}/g, (_, name: keyof typeof PASSWORDS) => PASSWORDS[name]);
  return parse(filled, { merge: true }) as { services: Record<string, Service>; volumes: object };
}

const compose = readCompose();
const serviceOf = (name: string): Service => compose.services[name] as Service;
const programs = usePrograms();

/** A server that runs, and what it and its clients say. */
class Server {
  readonly launched: Launched;

  constructor(env: Readonly<Record<string, string>>) {
    const [program = ''] = serviceOf('gateway-1').command.slice(1);
    this.launched = programs.launch(process.execPath, [fromRoot(program)], {
      cwd: programs.directory,
      env: { ...process.env, PORT: '0', HOST: '127.0.0.1', ...env },
    });
  }

  async address(): Promise<string> {
    const find = (): string | undefined => / on port (\d+)$/m.exec(this.launched.out())?.[1];
    await until(() => find() !== undefined, 'the server');
    return `127.0.0.1:${find()}`;
  }

  async status(path: string): Promise<number> {
    return (await fetch(`http://${await this.address()}${path}`)).status;
  }

  /** Waits until it is ready. */
  async ready(): Promise<void> {
    while ((await this.status('/ready')) !== 200) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  async client(room: string, presses = ''): Promise<Launched> {
    const args = [fromRoot(`${FOLDER}/client.mjs`), `ws://${await this.address()}/${room}`];
    return programs.launch(process.execPath, presses === '' ? args : [...args, presses]);
  }

  said(text: string): boolean {
    return this.launched.out().includes(text);
  }
}

const saying = (launched: Launched, text: string): Promise<void> =>
  until(() => launched.out().includes(text), `"${text}" in ${launched.out()}`);

function stateFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'websocketpeer-rooms-'));
  programs.endings.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe.skipIf(!isBuilt)('the server of rooms in one process', () => {
  it('keeps a room in a file, tells how it is, and says goodbye on SIGTERM', async () => {
    const STATE_DIR = stateFolder();
    const server = new Server({ STATE_DIR });
    await server.ready();
    expect([await server.status('/health'), await server.status('/other')]).toEqual([200, 404]);
    const first = await server.client('room-7', '1');
    expect(await first.ended()).toBe(0);
    expect(first.out()).toBe('there: 0 so far\n1, by me\n');
    await until(() => server.said('room-7 has ended'), 'the end of the room');

    const second = await server.client('room-7');
    await saying(second, '2, by me');
    expect(second.out()).toContain('there: 1 so far\n');
    expect(await server.launched.terminate()).toBe(0);
    await saying(second, 'closed with 1001 the gateway stops');
    expect(server.said('is lost')).toBe(false);

    const again = new Server({ STATE_DIR });
    const third = await again.client('room-7');
    await saying(third, 'there: ');
    expect(third.out()).toContain('there: 2 so far');
    const stranger = await again.client('lobby');
    await until(() => again.said('is refused at "lobby": 404 '), 'the refusal');
    await saying(stranger, 'HTTP/1.1 404 Not Found');
  });

  it.each([
    [{ ROLE: 'gateway' }, 'server: ROLE=gateway needs others, and NATS_URL to find them\n'],
    [{ ROLE: 'all' }, 'server: ROLE must be gateway, room or both, got "all"\n'],
  ])('says what is wrong with %j', async (env, complaint) => {
    const { launched } = new Server(env);
    expect([await launched.ended(), launched.out()]).toEqual([1, complaint]);
  });

  it('says that the NATS server is not there', async () => {
    const { launched } = new Server({ NATS_URL: `127.0.0.1:${await deafPort()}` });
    expect([await launched.ended(), launched.out()]).toEqual([1, 'server: NATS: connection refused\n']);
  });
});

describeCommand('the server of rooms as its compose file starts it', 'nats-server', (natsServer) => {
  it('starts NATS with a configuration that it takes', async () => {
    const args = serviceOf('nats')
      .command.slice(1)
      .map((text) => text.replace('/etc/nats', fromRoot(FOLDER)));
    const checked = programs.launch(natsServer, [...args, '-t'], { env: { ...process.env, ...PASSWORDS } });
    expect([await checked.ended(), checked.out()]).toEqual([0, expect.stringContaining('is valid')]);
  });

  it.skipIf(!isBuilt)(
    'a room moves with its state when its host is drained, and a client comes back to it',
    async () => {
      const nats = await NatsServer.start({
        config: (store) =>
          readFileSync(fromRoot(`${FOLDER}/nats.conf`), 'utf8')
            .replace('port: 4222\n', '')
            .replace('/var/lib/nats', store),
        env: PASSWORDS,
      });
      programs.endings.push(() => nats.remove());
      const more = { NATS_URL: `nats://${nats.servers}`, STATE_DIR: stateFolder(), DRAIN_SECONDS: '2' };
      const begin = (name: string): Server => new Server({ ...serviceOf(name).environment, ...more });
      const [gateway, ...hosts] = ['gateway-1', 'room-1', 'room-2'].map(begin) as [Server, Server, Server];
      await Promise.all([gateway, ...hosts].map((server) => server.ready()));
      const isHealthy = async (server: Server, name: string): Promise<boolean> => {
        const [, , ...args] = serviceOf(name).healthcheck.test;
        const address = await server.address();
        const check = args.map((text) => text.replace('127.0.0.1:9084', address));
        return (await programs.launch(process.execPath, check).ended()) === 0;
      };
      expect(await isHealthy(gateway, 'gateway-1')).toBe(true);

      const client = await gateway.client('room-7');
      await saying(client, '2, by me');
      const [host, other] = hosts[0].said('room-7 is here') ? hosts : [hosts[1], hosts[0]];
      const presses = (): number[] => [...client.out().matchAll(/^(\d+), by me$/gm)].map(([, count]) => Number(count));
      host.launched.signal('SIGTERM');
      await until(() => host.said('draining'), 'the drain');
      const before = presses().length;
      expect([await host.status('/health'), await host.status('/ready')]).toEqual([200, 503]);
      expect(await host.launched.ended()).toBe(0);
      expect(await isHealthy(host, 'room-1')).toBe(false);
      await saying(client, 'closed with 1001 ');
      const last = presses().at(-1);
      expect(presses().length).toBeGreaterThan(before); // while the host waits, the room is played on
      await until(() => other.said('room-7 is here'), 'the room at the other host');
      const counts = (): number[] =>
        [...client.out().matchAll(/^there: (\d+) so far$/gm)].map(([, count]) => Number(count));
      await until(() => counts().length === 2, 'the client in the room again');
      expect(counts()[1]).toBeGreaterThanOrEqual(last ?? Infinity);

      expect(await gateway.launched.terminate()).toBe(0);
      await saying(client, 'closed with 1001 the gateway stops');
      expect(await other.launched.terminate()).toBe(0);
    },
  );
});

describe('compose.yaml', () => {
  const names = Object.keys(compose.services);
  const servers = names.filter((name) => name !== 'nats');
  const program = readFileSync(fromRoot(`${FOLDER}/server.mjs`), 'utf8');
  /** What a service may say, out of what the specification of Compose has. */
  const KNOWN = [
    'command',
    'depends_on',
    'environment',
    'healthcheck',
    'image',
    'init',
    'ports',
    'restart',
    'stop_grace_period',
    'user',
    'volumes',
    'working_dir',
  ];

  it('has NATS, two gateways and two hosts of rooms', () => {
    expect(names).toEqual(['nats', 'gateway-1', 'gateway-2', 'room-1', 'room-2']);
    expect(servers.map((name) => serviceOf(name).environment.ROLE)).toEqual(['gateway', 'gateway', 'room', 'room']);
    for (const name of names) {
      expect(KNOWN).toEqual(expect.arrayContaining(Object.keys(serviceOf(name))));
      const { command, healthcheck } = serviceOf(name);
      expect(healthcheck.test[0]).toBe('CMD');
      expect([...command, ...healthcheck.test].filter((text) => typeof text !== 'string')).toEqual([]);
    }
  });

  it.each(servers)('%s waits for NATS, has the rights of its role, and time for its end', (name) => {
    const { command, environment, depends_on, stop_grace_period = '' } = serviceOf(name);
    const { ROLE = '' } = environment;
    expect(command).toEqual(['node', `${FOLDER}/server.mjs`]);
    expect(depends_on).toEqual({ nats: { condition: 'service_healthy' } });
    const password = PASSWORDS[ROLE === 'room' ? 'ROOM_PASSWORD' : 'GATEWAY_PASSWORD'];
    expect(environment).toMatchObject({ NATS_URL: 'nats://nats:4222', NATS_USER: ROLE, NATS_PASSWORD: password });
    for (const variable of Object.keys(environment)) expect(program).toMatch(new RegExp(`\\b${variable}\\b`));
    const [, drain] = /DRAIN_SECONDS = '(\d+)'/.exec(program) ?? [];
    expect(Number.parseInt(stop_grace_period, 10)).toBeGreaterThan(Number(drain));
  });

  it('publishes the port of each gateway, and gives volumes that are there to those who keep something', () => {
    const published = servers.flatMap((name) => serviceOf(name).ports ?? []);
    expect(published).toEqual(['9084:9084', '9085:9084']);
    expect(program).toContain("PORT = '9084'");
    const kept = names.flatMap((name) => serviceOf(name).volumes.filter((volume) => /^\w/.test(volume)));
    expect([...new Set(kept.map((volume) => volume.split(':')[0]))].sort()).toEqual(
      Object.keys(compose.volumes).sort(),
    );
    for (const name of ['room-1', 'room-2']) {
      const [, folder = ''] = serviceOf(name).volumes.at(-1)?.split(':') ?? [];
      expect(serviceOf(name).environment.STATE_DIR).toBe(`${folder}/state`);
    }
    const conf = readFileSync(fromRoot(`${FOLDER}/nats.conf`), 'utf8');
    const [, store = ''] = /store_dir: "([^"]+)"/.exec(conf) ?? [];
    expect(serviceOf('nats').volumes).toEqual(['./nats.conf:/etc/nats/nats.conf:ro', `names:${store}`]);
  });
});
