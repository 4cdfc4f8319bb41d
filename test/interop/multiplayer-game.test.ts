// The coin game of the examples as a newcomer runs it: a server and two players, each a process of its own, against the
// built package.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { WebSocketMultiplayerPeer } from '../../host/index.js';
import { deafPort } from '../helpers/ports.js';
import { useReports } from '../helpers/reports.js';
import { OurMember } from './lib/members.js';
import { type Scope, useScope, Watch } from './lib/watch.js';

const fromRoot = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const isBuilt = existsSync(fromRoot('dist/host/index.js'));

class Program extends Watch {
  readonly out: string[] = [];
  readonly errors: string[] = [];
  exitCode: number | null = null;
  readonly #stop: () => void;

  constructor(scope: Scope, name: string, ...args: string[]) {
    super();
    const child = spawn(process.execPath, [fromRoot(`examples/multiplayer-${name}.mjs`), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#stop = () => child.kill('SIGTERM');
    scope.defer(() => child.kill('SIGKILL'));
    createInterface({ input: child.stdout }).on('line', (line) => this.#note(this.out, line));
    createInterface({ input: child.stderr }).on('line', (line) => this.#note(this.errors, line));
    child.on('close', (code) => {
      this.exitCode = code;
      this.noted();
    });
  }

  /** Waits for a line with `text`, and returns it. */
  async said(text: string): Promise<string> {
    const find = (): string | undefined => this.out.find((line) => line.includes(text));
    await this.until(() => find() !== undefined || this.exitCode !== null);
    return find() ?? `nothing with "${text}", but: ${[...this.out, ...this.errors].join('\n')}`;
  }

  async stopped(): Promise<number | null> {
    this.#stop();
    return this.ended();
  }

  async ended(): Promise<number | null> {
    await this.until(() => this.exitCode !== null);
    return this.exitCode;
  }

  #note(lines: string[], line: string): void {
    lines.push(line);
    this.noted();
  }
}

describe.skipIf(!isBuilt)('the coin game of the examples', () => {
  const scope = useScope();
  useReports();

  async function start(): Promise<{ server: Program; url: string }> {
    const server = new Program(scope, 'server', '--port', '0');
    return { server, url: (await server.said('coin game on')).split(' ').at(-1) as string };
  }

  it('lets players in, who find coins, leave, and are told when it is over', async () => {
    const { server, url } = await start();
    const players = [new Program(scope, 'client', '--url', url), new Program(scope, 'client', '--url', url)];
    const ids = [];
    for (const player of players) ids.push((await player.said('playing as')).split(' ').at(-1) as string);
    for (const id of ids) expect(await server.said(`${id} has joined`)).toContain('from 127.0.0.1');
    expect(await server.said('has found the coin')).toMatch(/^\d+ has found the coin$/);
    expect(await players[0].stopped()).toBe(0);
    expect(await server.said(`${ids[0]} has left`)).toBe(`${ids[0]} has left, 1 play`);
    expect(await server.stopped()).toBe(0);
    expect(await players[1].ended()).toBe(0);
    expect(players.map(({ out }) => out.at(-1))).toEqual(players.map(() => expect.stringMatching(/over, \d+ coins$/)));
    expect([...server.errors, ...players.flatMap(({ errors }) => errors)]).toEqual([]);
  });

  it('sends away who says what no player may', async () => {
    const { url } = await start();
    const peer = new WebSocketMultiplayerPeer();
    peer.create_client(url);
    const cheat = await new OurMember(peer, scope).joined();
    peer.put_var('let me win');
    await cheat.saw('disconnected 1');
  });

  it('says why there is no game', async () => {
    const { url } = await start();
    const second = new Program(scope, 'server', '--port', new URL(url).port);
    expect(await second.ended()).toBe(1);
    expect(second.errors.join()).toContain("can't listen on port");
    const nowhere = `ws://127.0.0.1:${await deafPort()}`;
    const lost = new Program(scope, 'client', '--url', nowhere);
    const refused = expect.stringMatching(/: can't connect to ws:.*: refused \(ECONNREFUSED\)$/);
    expect([await lost.ended(), lost.errors]).toEqual([1, [refused, `multiplayer-client: no game at ${nowhere}`]]);
    const wrong = new Program(scope, 'server', '--seconds', '0');
    expect(await wrong.ended()).toBe(1);
    expect(wrong.errors).toEqual(['multiplayer-server: --seconds must be a number above 0, got "0"']);
  });
});
