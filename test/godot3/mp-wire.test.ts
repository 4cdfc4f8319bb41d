// The multiplayer mode on the wire: the recorded sessions of the engine, with this package in the place of the server, and
// in the place of the clients. The other side sends what was recorded, byte for byte.
import { readFileSync } from 'node:fs';
import { afterEach, expect, it, vi } from 'vitest';
import { Signal, WebSocketClient, WebSocketServer } from '../../host/godot3/index.js';
import { Vector2 } from '../../host/variant/index.js';
import { pause, until } from '../helpers/game.js';
import { RawPeer, RawServer } from '../helpers/raw-peer.js';
import { frame, fromHex, OP, toHex } from '../helpers/raw-peer-frames.js';
import { requestFor } from '../helpers/raw-peer-handshake.js';
import { useReports } from '../helpers/reports.js';

interface WireEvent {
  readonly kind: string;
  readonly who?: string;
  readonly conn?: number;
  readonly dir?: 'c2s' | 's2c';
  readonly text?: string;
  readonly opcode?: number;
  readonly payload?: string;
  readonly payload_prefix?: string;
  readonly payload_len?: number;
  readonly signal?: string;
  readonly args?: readonly unknown[];
  readonly call?: string;
  readonly ret?: number;
  readonly target?: number;
  readonly size?: number;
  readonly var?: string;
  readonly from?: number;
  readonly hex?: string;
}

interface Step {
  readonly step: string;
  readonly events: readonly WireEvent[];
}

interface RawStep {
  readonly step: string;
  readonly B_sends?: { opcode: number; payload: string };
  readonly A?: readonly ([number, string] | string)[];
  readonly B?: readonly ([number, string] | string)[];
}

const { sessions } = JSON.parse(readFileSync(new URL('../golden/godot3-mp-wire.json', import.meta.url), 'utf8')) as {
  sessions: [
    { steps: readonly Step[] },
    { steps: readonly RawStep[]; a_id: number; b_id: number; server_log: string[] },
  ];
};
const [recorded, byHand] = sessions;
const SIGNALS = [
  'peer_connected',
  'peer_disconnected',
  'peer_packet',
  'connection_succeeded',
  'connection_failed',
  'server_close_request',
  'client_close_request',
];

const QUIET_POLLS = 8;
const encoder = new TextEncoder();

const ids = vi.hoisted(() => ({ next: [] as number[] }));
vi.mock('../../host/godot4/multiplayer/peer-id.js', () => ({ randomPeerId: () => ids.next.shift() ?? 99 }));

useReports();
const endings: (() => void)[] = [];
afterEach(() => {
  for (const ending of endings.splice(0).reverse()) ending();
});

type Player = WebSocketClient | WebSocketServer;

/** Reads every packet at once, and writes down what it hears. */
function listenTo(player: Player): { signals: unknown[]; packets: unknown[] } {
  const heard = { signals: [] as unknown[], packets: [] as unknown[] };
  for (const signal of SIGNALS) {
    if (!player.has_signal(signal)) continue;
    new Signal(player, signal).connect((...args: unknown[]) => {
      heard.signals.push([signal, ...args]);
      if (signal !== 'peer_packet') return;
      const from = player.get_packet_peer();
      heard.packets.push([from, toHex(player.get_packet())]);
    });
  }
  return heard;
}

const signalsOf = (step: Step, who: string): unknown[] =>
  step.events
    .filter((one) => one.kind === 'signal' && one.who === who)
    .map(({ signal, args }) => [signal, ...(args ?? [])]);

/** As the record tells them; of a large one the size alone. */
const packetsOf = (step: Step, who: string): unknown[] =>
  step.events
    .filter((one) => one.kind === 'packet' && one.who === who)
    .map(({ from, hex, size }) => [from, hex ?? '78'.repeat(size as number)]);

const payloadOf = ({ payload, payload_prefix, payload_len }: WireEvent): Uint8Array => {
  if (payload !== undefined) return fromHex(payload);
  const large = new Uint8Array(payload_len as number).fill(0x78);
  large.set(fromHex(payload_prefix as string).subarray(0, 9));
  return large;
};

/** What goes over a connection in a step, as [opcode, payload]. */
function framesOf(step: Step, conn: number, dir: 'c2s' | 's2c'): [number, string][] {
  const frames = step.events.filter((one) => one.kind === 'wire_frame' && one.conn === conn && one.dir === dir);
  return frames.map((one) => [one.opcode as number, toHex(payloadOf(one))]);
}

const framesFrom = (raw: RawPeer): [number, string][] =>
  raw.takeFrames().map(({ opcode, payload }) => [opcode, toHex(payload)]);

function putFor(player: Player, { target, var: variable, size, text }: WireEvent): number {
  player.set_target_peer(target as number);
  if (variable !== undefined) return player.put_var(new Map([['k', [1, 2.5, new Vector2(1, 2)]]]));
  return player.put_packet(size === undefined ? encoder.encode(text) : new Uint8Array(size).fill(0x78));
}

/** No NUL goes out behind a reason. */
const withoutNul = (frames: [number, string][]): [number, string][] =>
  frames.map(([opcode, hex]) => [opcode, opcode === OP.CLOSE ? hex.replace(/(?<=^.{4}(..)+)00$/, '') : hex]);

const openings = (step: Step): number[] =>
  step.events.filter(({ kind }) => kind === 'wire_tcp_open').map(({ conn }) => conn as number);

/** Whether the client's close frame answers the server's. */
function isAnswer(step: Step, conn: number): boolean {
  const close = step.events.find((one) => one.kind === 'wire_frame' && one.conn === conn && one.opcode === OP.CLOSE);
  return close?.dir === 's2c';
}

async function settle(poll: () => void, condition: () => boolean, what: () => string): Promise<void> {
  await until(() => {
    poll();
    return condition();
  }, 'the step').catch(() => expect.fail(what()));
  for (let quiet = 0; quiet < QUIET_POLLS; quiet += 1) {
    await pause();
    poll();
  }
}

it('serves the recorded clients as the engine did, byte for byte', async () => {
  ids.next = recorded.steps.flatMap((step) =>
    signalsOf(step, 'server').flatMap((signal) => {
      const [name, id] = signal as [string, number];
      return name === 'peer_connected' ? [id] : [];
    }),
  );
  const server = new WebSocketServer();
  endings.push(() => server.free());
  const heard = listenTo(server);
  const raws = new Map<number, RawPeer>();
  for (const step of recorded.steps) {
    if (step.step === 'end') break; // the engine quit
    server.refuse_new_connections = step.step.includes('set_refuse');
    if (step.step.includes('server.stop()')) await joinAndStop(step);
    else await play(step);
  }

  async function play(step: Step, more = (): void => {}): Promise<void> {
    for (const event of step.events) {
      if (event.kind === 'call' && event.call === 'listen') expect(server.listen(0, [], true)).toBe(0);
      if (event.kind === 'put' && event.who === 'server') expect(putFor(server, event)).toBe(event.ret);
    }
    if (step.step.startsWith('server.disconnect_peer(a')) {
      server.disconnect_peer(Number((signalsOf(step, 'server')[0] as unknown[])[1]), 4001, 'kick');
    }
    for (const conn of openings(step)) {
      const raw = await RawPeer.connect(server.get_local_port());
      raws.set(conn, raw);
      endings.push(() => raw.destroy());
      raw.send(encoder.encode(step.events.find((one) => one.kind === 'wire_http' && one.conn === conn)?.text));
    }
    const sent = new Map([...raws.keys()].map((conn) => [conn, [] as [number, string][]]));
    const heads = new Map<number, string>();
    const hasClosed = new Set<number>();
    const reply = (conn: number, raw: RawPeer): void => {
      for (const [opcode, hex] of framesOf(step, conn, 'c2s')) raw.send(frame(opcode, fromHex(hex), { masked: true }));
      hasClosed.add(conn);
    };
    for (const [conn, raw] of raws) if (!isAnswer(step, conn)) reply(conn, raw);
    const poll = (): void => {
      server.poll();
      more();
      for (const [conn, raw] of raws) {
        const head = openings(step).includes(conn) && !heads.has(conn) ? raw.takeHead() : null;
        if (head !== null) heads.set(conn, Buffer.from(head).toString('latin1'));
        if (openings(step).includes(conn) && !heads.has(conn)) continue;
        const frames = framesFrom(raw);
        sent.get(conn)?.push(...frames);
        if (frames.some(([opcode]) => opcode === OP.CLOSE) && !hasClosed.has(conn)) reply(conn, raw);
      }
    };
    const signals = signalsOf(step, 'server');
    const wanted = new Map([...raws.keys()].map((conn) => [conn, withoutNulOfServer(step, conn)]));
    const isDone = (): boolean =>
      heard.signals.length >= signals.length &&
      [...wanted].every(([conn, frames]) => (sent.get(conn) as unknown[]).length >= frames.length);
    await settle(poll, isDone, () => `${step.step}: ${JSON.stringify([heard, [...sent]])}`);
    expect([step.step, heard.signals.splice(0)]).toEqual([step.step, signals]);
    expect(heard.packets.splice(0)).toEqual(packetsOf(step, 'server'));
    expect([...sent]).toEqual([...wanted]);
    for (const event of step.events) {
      if (event.kind === 'wire_http' && event.dir === 's2c') expect(heads.get(event.conn as number)).toBe(event.text);
      if (event.kind === 'wire_eof' && event.dir === 's2c') {
        const raw = raws.get(event.conn as number) as RawPeer;
        await settle(
          poll,
          () => raw.hasEnded,
          () => `${step.step}: ${event.conn} is still there`,
        );
        raws.delete(event.conn as number);
      }
    }
  }

  /** The echo of a close frame is what came; a reason of its own has no NUL. */
  function withoutNulOfServer(step: Step, conn: number): [number, string][] {
    const frames = framesOf(step, conn, 's2c');
    return step.step.startsWith('server.disconnect_peer') ? withoutNul(frames) : frames;
  }

  async function joinAndStop(step: Step): Promise<void> {
    const isClose = (one: WireEvent): boolean => one.kind === 'wire_frame' && one.opcode === OP.CLOSE;
    const end = step.events.findIndex(isClose);
    await play({ step: step.step, events: step.events.slice(0, end) });
    server.stop();
    await play({ step: step.step, events: step.events.slice(end) });
    expect([server.get_connection_status(), server.get_unique_id()]).toEqual([0, 1]);
  }
});

it('joins the recorded server as the engine did, byte for byte', async () => {
  const server = await RawServer.listen();
  endings.push(() => server.close());
  const players = { a: new WebSocketClient(), b: new WebSocketClient() };
  const heard = { a: listenTo(players.a), b: listenTo(players.b) };
  for (const client of Object.values(players)) endings.push(() => client.free());
  const raws = new Map<number, RawPeer>();
  const isOfClients = (step: Step): boolean => !step.step.includes('third client') && step.step !== 'end';
  for (const step of recorded.steps.filter(isOfClients)) {
    for (const who of ['a', 'b'] as const) await play(step, who);
  }

  /** Which connections of a step are this client's. */
  function connectionOf(step: Step, who: 'a' | 'b'): number | null {
    if (step.events.some((one) => one.call === 'connect_to_url' && one.who === who)) return openings(step)[0];
    const known = who === 'a' ? [5, 4, 0] : [3, 1];
    return known.find((conn) => raws.has(conn)) ?? null;
  }

  async function play(step: Step, who: 'a' | 'b'): Promise<void> {
    const client = players[who];
    const conn = connectionOf(step, who);
    if (conn === null) return;
    if (openings(step).includes(conn)) await connect(client, conn);
    const raw = raws.get(conn) as RawPeer;
    const peer = client.get_peer(1);
    for (const event of step.events) {
      if (event.kind !== 'put' || event.who !== who) continue;
      if (step.step.startsWith('text write mode')) {
        raw.send(...framesOf(step, conn, 's2c').map(([opcode, hex]) => frame(opcode, fromHex(hex))));
        await settle(
          () => client.poll(),
          () => client.get_unique_id() === 759577418,
          () => 'no id',
        );
        peer?.set_write_mode(0);
      }
      expect(putFor(client, event)).toBe(event.ret);
      client.poll();
    }
    if (step.step.startsWith('b disconnect') && who === 'b') client.disconnect_from_host(1000, 'b leaves');
    if (step.step.startsWith('b tcp drop') && who === 'b') client.free();
    if (!step.step.startsWith('text write mode')) {
      raw.send(...framesOf(step, conn, 's2c').map(([opcode, hex]) => frame(opcode, fromHex(hex))));
    }
    const wanted = framesOf(step, conn, 'c2s');
    const frames = step.step.startsWith('b disconnect') ? withoutNul(wanted) : wanted;
    const signals = step.step.startsWith('b tcp drop') ? [] : signalsOf(step, who);
    const sent: [number, string][] = [];
    const poll = (): void => {
      if (!step.step.startsWith('b tcp drop')) client.poll();
      sent.push(...framesFrom(raw));
    };
    await settle(
      poll,
      () => sent.length >= frames.length && heard[who].signals.length >= signals.length,
      () => `${step.step} ${who}: ${JSON.stringify([heard[who], sent])}`,
    );
    expect([step.step, who, heard[who].signals.splice(0)]).toEqual([step.step, who, signals]);
    expect(heard[who].packets.splice(0)).toEqual(packetsOf(step, who));
    expect(sent).toEqual(frames);
    if (frames.some(([opcode]) => opcode === OP.CLOSE)) {
      raws.delete(conn);
      raw.end();
    }
  }

  async function connect(client: WebSocketClient, conn: number): Promise<void> {
    expect(client.connect_to_url(`ws://127.0.0.1:${server.port}/mp`, [], true)).toBe(0);
    let raw: RawPeer | null = null;
    let head: Uint8Array | null = null;
    await until(() => {
      client.poll();
      raw ??= server.take();
      head ??= raw?.takeHead() ?? null;
      return head !== null;
    }, 'the request');
    raws.set(conn, raw as unknown as RawPeer);
    (raw as unknown as RawPeer).sendAnswer(head as unknown as Uint8Array);
  }
});

it('drops from a client what only a server may say, and passes the rest on as it came', async () => {
  ids.next = [byHand.a_id, byHand.b_id];
  const server = new WebSocketServer();
  endings.push(() => server.free());
  const heard = listenTo(server);
  expect(server.listen(0, [], true)).toBe(0);
  const raws: Record<string, RawPeer> = {};
  for (const step of byHand.steps) {
    const got: Record<string, [number, string][]> = { A: [], B: [] };
    const poll = (): void => {
      server.poll();
      for (const [who, raw] of Object.entries(raws)) got[who].push(...framesFrom(raw));
    };
    const joining = / connects$/.test(step.step) ? step.step[0] : null;
    if (joining !== null) await join(joining);
    if (step.B_sends) raws.B.send(frame(step.B_sends.opcode, fromHex(step.B_sends.payload), { masked: true }));
    if (step.step === 'B drops TCP') {
      raws.B.destroy();
      delete raws.B;
    }
    if (step.step === 'A sends close 1000') raws.A.send(frame(OP.CLOSE, [3, 232], { masked: true }));
    const wanted = Object.fromEntries(
      (['A', 'B'] as const).map((who) => [who, (step[who] ?? []).filter((one) => typeof one !== 'string')]),
    );
    await settle(
      poll,
      () => got.A.length >= wanted.A.length && got.B.length >= wanted.B.length,
      () => `${step.step}: ${JSON.stringify(got)}`,
    );
    expect([step.step, got]).toEqual([step.step, wanted]);
  }
  const packets = byHand.server_log.flatMap((line) => /^ {3}from (\d+)(?: (\w*))?$/.exec(line)?.slice(1, 3) ?? []);
  expect(heard.packets.flat().map(String)).toEqual(packets.map((text) => text ?? ''));

  async function join(who: string): Promise<void> {
    raws[who] = await RawPeer.connect(server.get_local_port());
    const raw = raws[who];
    endings.push(() => raw.destroy());
    raw.send(requestFor());
    await until(() => {
      server.poll();
      return raw.takeHead() !== null;
    }, 'the answer');
  }
});
