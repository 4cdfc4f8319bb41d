// The arena over several processes: `npm start -- --processes N` and `--nats URL`, against the built package.
import { describe, expect, it } from 'vitest';
import { WebSocketMultiplayerPeer, WebSocketPeer } from '../../host/index.js';
import { describeCommand } from '../helpers/commands.js';
import { until } from '../helpers/game.js';
import { NatsServer } from '../helpers/nats-server.js';
import { deafPort } from '../helpers/ports.js';
import { isBuilt } from '../helpers/programs.js';
import { useReports } from '../helpers/reports.js';
import { GameProgram } from '../interop/lib/game-program.js';
import { type Scope, useScope } from '../interop/lib/watch.js';

/** `npm start` in a process of its own, and where it listens. */
class Start {
  readonly program: GameProgram;

  constructor(scope: Scope, ...args: string[]) {
    this.program = GameProgram.node(scope, 'start.mjs', '--port', '0', ...args);
  }

  /** Waits for a line behind the first `after` lines that `pattern` finds. */
  async said(pattern: RegExp, after = 0): Promise<RegExpExecArray> {
    const find = (): RegExpExecArray | null =>
      this.program.lines
        .slice(after)
        .reduce<RegExpExecArray | null>((found, line) => found ?? pattern.exec(line), null);
    await this.program.until(() => find() !== null || this.program.exitCode !== null);
    const found = find();
    if (found === null) throw new Error(`no ${pattern}, but: ${this.program.lines.join('\n')}`);
    return found;
  }

  /** Ids of the processes that have begun. */
  get processes(): number[] {
    return this.program.lines.flatMap((line) => /^process (\d+) has begun$/.exec(line)?.slice(1) ?? []).map(Number);
  }

  async address(): Promise<string> {
    return `127.0.0.1:${(await this.said(/^arena on http:\/\/localhost:(\d+)\/$/))[1]}`;
  }

  /** Ends it as Ctrl-C does; its figures are then among its lines. */
  async end(): Promise<number | null> {
    return this.program.end('SIGINT');
  }
}

interface Words {
  readonly kind: string;
  readonly id?: number;
  readonly players?: readonly (readonly [number, string, boolean])[];
}

/** A player that is a multiplayer peer, as Godot's would be. */
class Guest {
  readonly peer = new WebSocketMultiplayerPeer();
  readonly words: Words[] = [];
  ending: { readonly code: number; readonly reason: string } | null = null;

  constructor(url: string) {
    const { peer } = this;
    peer.connect('peer_connected', () => this.#tell({ kind: 'hello', name: 'Guest' }));
    peer.connect('peer_disconnected', () => {
      const socket = peer.get_peer(1);
      this.ending = { code: socket?.get_close_code() ?? 0, reason: socket?.get_close_reason() ?? '' };
    });
    peer.connect('activity', () => this.#look());
    expect(peer.create_client(url)).toBe(0);
  }

  /** Who is in the room, as it was told last. */
  get names(): readonly string[] {
    const who = this.words.filter(({ kind }) => kind === 'who').at(-1);
    return who?.players?.map(([, name]) => name) ?? [];
  }

  #look(): void {
    this.peer.poll();
    while (this.peer.get_available_packet_count() > 0) {
      const packet = this.peer.get_packet();
      if (packet[0] === 0x7b) this.words.push(JSON.parse(Buffer.from(packet).toString()) as Words);
    }
  }

  #tell(words: object): void {
    this.peer.set_target_peer(1);
    this.peer.put_packet(Buffer.from(JSON.stringify(words)));
  }
}

/** The HTTP status with which a request for the game is refused. */
async function refusal(address: string, path: string, origin = ''): Promise<number> {
  const headers = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
    ...(origin === '' ? {} : { origin }),
  };
  const { get } = await import('node:http');
  return new Promise((resolve, reject) => {
    const request = get(`http://${address}${path}`, { headers });
    request.on('response', (response) => resolve(response.resume().statusCode ?? 0));
    request.on('upgrade', (_, socket) => {
      socket.destroy();
      resolve(101);
    });
    request.on('error', reject);
  });
}

describe.skipIf(!isBuilt)('the arena over processes', () => {
  const scope = useScope();
  useReports();

  it('is played in two rooms by bots and guests, and goes on when a process is killed', async () => {
    const start = new Start(scope, '--processes', '2', '--bots', '4');
    const address = await start.address();
    expect(start.processes).toHaveLength(2);
    await start.said(/^4 players, 0 of them guests/);
    const guest = new Guest(`ws://${address}/blue`);
    scope.defer(() => guest.peer.close());
    await until(() => guest.names.length === 3, 'the players of the room');
    expect([...guest.names].sort()).toEqual(['Bolt', 'Dot', 'Guest']);
    await start.said(/^5 players, 1 of them guests/);

    const killed = start.processes[0] as number;
    const before = start.program.lines.length;
    process.kill(killed, 'SIGKILL');
    await start.said(new RegExp(`^process ${killed} has ended \\(SIGKILL\\), another one takes its place$`));
    await start.said(/^process \d+ has begun$/, before);
    await start.said(/^4 players, 0 of them guests|^5 players/, before);
    if (guest.ending !== null) expect(guest.ending.reason).toMatch(/^room lost: |^$/);

    expect(await start.end()).toBe(0);
    expect(await start.said(/^server: (\d+) connections, \d+ ticks, \d+ tags$/)).toHaveLength(2);
    await start.said(/^bots: round trip [\d.]+ ms, 95 of 100 below [\d.]+ ms$/);
    await start.said(/^server: in [1-9]\d* packets\/s, out [1-9]\d* packets\/s, [1-9]\d* bytes\/s, /);
    await start.said(/^server: 2 processes, rooms played in: arena, blue$/);
    expect(start.program.lines.filter((line) => line.includes('is lost'))).toEqual([]);
  });

  it('one process serves pages and rooms, knows its own pages, and says goodbye on SIGTERM', async () => {
    const start = new Start(scope, '--processes', '1', '--bots', '0');
    const address = await start.address();
    for (const path of ['/', '/bench/', '/shared/rules.mjs']) {
      expect((await fetch(`http://${address}${path}`)).status).toBe(200);
    }
    expect(await refusal(address, '/arena')).toBe(101);
    expect(await refusal(address, '/arena', `http://${address}`)).toBe(101);
    expect(await refusal(address, '/arena', 'https://evil.example')).toBe(403);
    expect(await refusal(address, '/no%20room')).toBe(404);
    const guests = ['/green', '/red'].map((path) => new Guest(`ws://${address}${path}`));
    await start.said(/^2 players, 2 of them guests/);
    expect(guests.map(({ words }) => words.find(({ kind }) => kind === 'welcome')?.id)).toEqual([1, 1]);
    expect(await start.program.end('SIGTERM')).toBe(0);
    await until(() => guests.every(({ ending }) => ending !== null), 'the end');
    const goodbye = { code: 1001, reason: 'the gateway stops' };
    expect(guests.map(({ ending }) => ending)).toEqual([goodbye, goodbye]);
    await start.said(/^server: 1 process, rooms played in: arena, green, red$/);
    expect(start.program.lines.filter((line) => line.includes('is lost'))).toEqual([]);
  });

  it('a client that knows no multiplayer plays, too', async () => {
    const address = await new Start(scope, '--processes', '1', '--bots', '0').address();
    const peer = new WebSocketPeer();
    scope.defer(() => peer.close());
    expect(peer.connect_to_url(`ws://${address}/arena`)).toBe(0);
    const packets: string[] = [];
    await until(() => {
      peer.poll();
      while (peer.get_available_packet_count() > 0) packets.push(Buffer.from(peer.get_packet()).toString('latin1'));
      if (packets.length === 1) peer.send_text('{"kind":"hello","name":"Plain"}');
      return packets.some((packet) => packet === '{"kind":"who","players":[[1,"Plain",false]]}');
    }, 'the game');
    expect(packets[0]).toHaveLength(4); // its id
  });

  it('a NATS server that is not there is one line and exit code 1', async () => {
    const start = new Start(scope, '--nats', `nats://127.0.0.1:${await deafPort()}`);
    expect(await start.program.ended()).toBe(1);
    expect(start.program.lines).toEqual(["start: can't use the NATS server (connection refused)"]);
  });
});

describeCommand('the arena over machines', 'nats-server', () => {
  const scope = useScope();

  it.skipIf(!isBuilt)('is one arena, with the players of all in its room', async () => {
    const server = await NatsServer.start();
    scope.defer(() => server.remove());
    const url = `nats://${server.servers}`;
    const starts = [
      new Start(scope, '--bots', '1', '--nats', url),
      new Start(scope, '--bots', '1', '--nats', url, '--processes', '2'),
    ];
    // The room is at one of them, with the players of both.
    await Promise.race(starts.map((start) => start.said(/^2 players, 0 of them guests .* round trip/)));
    await Promise.all(starts.map((start) => start.said(/ players, 0 of them guests .* round trip/)));
    expect(await Promise.all(starts.map((start) => start.end()))).toEqual([0, 0]);
  });
});
