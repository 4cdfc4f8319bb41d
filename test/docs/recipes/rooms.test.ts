// The servers in docs/recipes/rooms.md: rooms by messages, and a multiplayer peer for each room.
import { describe, expect, it } from 'vitest';
import { SceneMultiplayer, WebSocketMultiplayerPeer, WebSocketPeer } from '../../../host/index.js';
import { until } from '../../helpers/game.js';
import { answer, isBuilt, programsOf, type Running, usePrograms } from '../../helpers/programs.js';
import { replaced } from '../../helpers/proxies.js';
import { useReports } from '../../helpers/reports.js';

const [messages, paths] = programsOf('docs/recipes/rooms.md');
const programs = usePrograms();
useReports();

type Message = Record<string, unknown>;

/** A client that speaks JSON. */
class Client {
  readonly peer: WebSocketPeer;

  constructor(peer: WebSocketPeer) {
    this.peer = peer;
  }

  /** Sends a message and returns the next one that comes. */
  async ask(message: Message): Promise<Message> {
    this.tell(message);
    return this.heard();
  }

  tell(message: Message): void {
    this.peer.send_text(JSON.stringify(message));
  }

  async heard(): Promise<Message> {
    return JSON.parse(await answer(this.peer)) as Message;
  }
}

const client = async ({ port }: Running): Promise<Client> => new Client(await programs.opened(port));

/** Clients in one room of a program; the first is the host. */
async function room(running: Running, members: number): Promise<{ all: Client[]; code: string }> {
  const host = await client(running);
  const { code } = (await host.ask({ type: 'create', listed: true })) as { code: string };
  const all = [host];
  for (let id = 2; id <= members; id += 1) {
    const one = await client(running);
    await one.ask({ type: 'join', code });
    for (const other of all) expect(await other.heard()).toEqual({ type: 'came', id });
    all.push(one);
  }
  return { all, code };
}

const error = (text: string): Message => ({ type: 'error', text });

async function closed(peer: WebSocketPeer): Promise<[number, string]> {
  await until(() => {
    peer.poll();
    while (peer.get_available_packet_count() > 0) peer.get_packet();
    return peer.get_ready_state() === WebSocketPeer.STATE_CLOSED;
  }, 'the end');
  return [peer.get_close_code(), peer.get_close_reason()];
}

describe.skipIf(!isBuilt)('rooms by messages', () => {
  it('are made, listed, joined by their code in any case, spoken in and left', async () => {
    const running = await programs.run(messages);
    const [a, b] = [await client(running), await client(running)];
    const made = await a.ask({ type: 'create', listed: true });
    expect(made).toEqual({ type: 'joined', code: expect.stringMatching(/^\w{5}$/), id: 1, host: 1, members: [1] });
    expect(await b.ask({ type: 'list' })).toEqual({ type: 'rooms', rooms: [{ code: made.code, members: 1 }] });
    const joined = await b.ask({ type: 'join', code: String(made.code).toLowerCase() });
    expect(joined).toEqual({ type: 'joined', code: made.code, id: 2, host: 1, members: [1, 2] });
    expect(await a.heard()).toEqual({ type: 'came', id: 2 });
    b.tell({ type: 'say', data: { x: 1 } });
    expect(await a.heard()).toEqual({ type: 'said', id: 2, data: { x: 1 } });
    b.tell({ type: 'leave' });
    expect(await a.heard()).toEqual({ type: 'left', id: 2, host: 1 });
    expect(await b.ask({ type: 'say', data: 1 })).toEqual(error('you are in no room'));
    const secret = await client(running);
    await secret.ask({ type: 'create' });
    expect(await b.ask({ type: 'list' })).toEqual({ type: 'rooms', rooms: [{ code: made.code, members: 1 }] });
    const ended = running.terminate();
    expect(await Promise.all([a, b, secret].map(({ peer }) => closed(peer)))).toEqual(Array(3).fill([1001, '']));
    expect(await ended).toBe(0);
  });

  it('have another host when the host is gone, or end, as the server is told', async () => {
    const { all: moved } = await room(await programs.run(messages), 3);
    moved[0].peer.close();
    for (const one of moved.slice(1)) expect(await one.heard()).toEqual({ type: 'left', id: 1, host: 2 });
    const running = await programs.run(replaced(messages, [["HOST_LEAVES = 'migrate'", "HOST_LEAVES = 'end'"]]));
    const { all: ended, code } = await room(running, 2);
    ended[0].tell({ type: 'leave' });
    expect(await ended[1].heard()).toEqual({ type: 'ended', text: 'the host has left' });
    expect(await ended[1].ask({ type: 'join', code })).toEqual(error('there is no such room'));
  });

  it('are bounded in number and members, and by time', async () => {
    const running = await programs.run(replaced(messages, [['= [1000, 8, 600]', '= [1, 2, 1]']]));
    const { all, code } = await room(running, 2);
    const third = await client(running);
    expect(await third.ask({ type: 'create' })).toEqual(error('no room is free'));
    expect(await third.ask({ type: 'join', code })).toEqual(error('the room is full'));
    for (const one of all) {
      expect(await one.heard()).toEqual({ type: 'ended', text: 'nobody has said anything for long' });
    }
    expect(await third.ask({ type: 'create' })).toMatchObject({ type: 'joined', id: 1 });
  });

  it('are not found by trying codes, and nonsense is answered', async () => {
    const one = await client(await programs.run(messages));
    for (const type of ['constructor', '__proto__', 7, null]) {
      expect(await one.ask({ type })).toEqual(error('not understood'));
    }
    one.peer.send(Buffer.of(0xff, 0));
    expect(await one.heard()).toEqual(error('not understood'));
    for (let attempt = 0; attempt < 10; attempt += 1) {
      expect(await one.ask({ type: 'join', code: { attempt } })).toEqual(error('there is no such room'));
    }
    one.tell({ type: 'join' });
    expect(await closed(one.peer)).toEqual([4403, 'too many wrong codes']);
  });
});

interface Player {
  readonly peer: WebSocketMultiplayerPeer;
  readonly scene: SceneMultiplayer;
  readonly heard: string[];
}

function player({ port }: Running, code: string): Player {
  const peer = new WebSocketMultiplayerPeer();
  const scene = new SceneMultiplayer();
  const heard: string[] = [];
  peer.create_client(`ws://127.0.0.1:${port}/room/${code}`);
  scene.multiplayer_peer = peer;
  scene.connect('peer_packet', (id: number, bytes: Uint8Array) => heard.push(`${id}: ${Buffer.from(bytes)}`));
  scene.connect('server_disconnected', () => heard.push('ended'));
  scene.connect('connection_failed', () => heard.push('failed'));
  scene.connect('activity', () => scene.poll());
  programs.endings.push(() => peer.close());
  return { peer, scene, heard };
}

const rooms = ({ port }: Running, method = 'GET'): Promise<Response> =>
  fetch(`http://127.0.0.1:${port}/rooms`, { method });

/** The code of a new room. */
async function made(running: Running): Promise<string> {
  const response = await rooms(running, 'POST');
  expect(response.status).toBe(201);
  return ((await response.json()) as { code: string }).code;
}

const heard = ({ heard }: Player, what: string): Promise<void> => until(() => heard.includes(what), what);

/** Waits until `player` has heard that `host` is the host. */
const heardOf = (player: Player, host: Player): Promise<void> =>
  until(() => player.heard.includes(`1: host ${host.peer.get_unique_id()}`), 'the host');

describe.skipIf(!isBuilt)('a multiplayer peer for each room', () => {
  /** The program, once it listens. */
  async function started(program: string): Promise<Running> {
    const running = await programs.run(program);
    while ((await rooms(running).catch(() => null)) === null) await new Promise((resolve) => setTimeout(resolve, 10));
    return running;
  }

  it('keeps rooms apart, and names another host when the host leaves', async () => {
    const running = await started(paths);
    const [first, second] = [await made(running), await made(running)];
    const [a, b, c] = [player(running, first), player(running, first.toLowerCase()), player(running, second)];
    await until(() => [a, b].every(({ scene }) => scene.get_peers().length === 2), 'each other');
    await heardOf(c, c);
    expect(c.scene.get_peers().length).toBe(1);
    const list = [
      { code: first, members: 2 },
      { code: second, members: 1 },
    ];
    expect(await (await rooms(running)).json()).toEqual(list);
    await until(() => [a, b].every((one) => one.heard.length > 0), 'the host');
    const [host, other] = a.heard.includes(`1: host ${a.peer.get_unique_id()}`) ? [a, b] : [b, a];
    host.peer.close();
    await heardOf(other, other);
    const ended = running.terminate();
    await heard(other, 'ended');
    await heard(c, 'ended');
    expect(await ended).toBe(0);
  });

  it('is bounded in rooms, members and time', async () => {
    const running = await started(replaced(paths, [['= [1000, 8, 60]', '= [1, 1, 1]']]));
    const code = await made(running);
    expect((await rooms(running, 'POST')).status).toBe(503);
    expect((await rooms(running, 'DELETE')).status).toBe(405);
    const one = player(running, code);
    await heardOf(one, one);
    await heard(player(running, code), 'failed');
    one.peer.close();
    for (let status = 0; status !== 201; ) status = (await rooms(running, 'POST')).status;
  });

  it('ends with its host where the server is told so', async () => {
    const running = await started(replaced(paths, [["HOST_LEAVES = 'migrate'", "HOST_LEAVES = 'end'"]]));
    const code = await made(running);
    const host = player(running, code);
    await heardOf(host, host);
    const other = player(running, code);
    await heardOf(other, host);
    host.peer.close();
    await heard(other, 'ended');
    expect(await (await rooms(running)).json()).toEqual([]);
  });

  it.each([
    ['/room/NONE1', 4404, 'there is no such room'],
    ['/', 4404, 'there is no such room'],
    ['/room/', 4503, 'the room is full'],
  ])('tells a page why %s is closed', async (target, code, reason) => {
    const running = await started(replaced(paths, [['= [1000, 8, 60]', '= [9, 0, 60]']]));
    const peer = new WebSocketPeer();
    programs.endings.push(() => peer.free());
    peer.handshake_headers = [`Origin: http://127.0.0.1`];
    peer.connect_to_url(`ws://127.0.0.1:${running.port}${target}${target === '/room/' ? await made(running) : ''}`);
    expect(await closed(peer)).toEqual([code, reason]);
  });
});
