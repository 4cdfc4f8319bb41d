// Godot 3's WebSocketClient in every recorded session: what the game hears, and what the server sees.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { WebSocketClient, type WebSocketPeer } from '../../host/godot3/index.js';
import { pause, until } from '../helpers/game.js';
import { type RawPeer, RawServer } from '../helpers/raw-peer.js';
import { useReports } from '../helpers/reports.js';
import { CLIENT_SITUATIONS, type Situation } from './client-situations.js';
import { logClient, printed, shownFrame, statusLogger } from './log.js';

interface ClientRecord {
  readonly name: string;
  readonly client_events: readonly string[];
  readonly server_saw: readonly string[];
  readonly config: {
    readonly protocols?: string[];
    readonly noread?: boolean;
    readonly mp?: boolean;
    readonly act?: 'disc' | 'pclose' | 'send' | 'free' | 'disc_hs' | 'disc_mp' | 'late_disc';
    readonly then_get?: boolean;
    readonly then_again?: boolean;
    readonly then_connect?: boolean;
    readonly code?: number;
    readonly reason?: string;
  };
}

/** Polls in which nothing more may happen. */
const QUIET_POLLS = 12;
const encoder = new TextEncoder();
const { scenarios } = JSON.parse(
  readFileSync(new URL('../golden/godot3-client-scenarios.json', import.meta.url), 'utf8'),
) as { scenarios: readonly ClientRecord[] };

useReports();

it('every record has its situation', () => {
  expect(Object.keys(CLIENT_SITUATIONS)).toEqual(scenarios.map(({ name }) => name));
});

type Act = (client: WebSocketClient, record: ClientRecord, events: string[]) => void;

/** What the game does once: when it is connected, unless told otherwise. */
const ACTS: Readonly<Record<string, Act>> = {
  pclose: (client, { config }) => (client.get_peer(1) as WebSocketPeer).close(config.code, config.reason),
  send: (client, _record, events) => send(client, client.get_peer(1) as WebSocketPeer, events),
  disc: disconnect,
  disc_mp: (client, _record, events) => {
    client.disconnect_from_host();
    events.push(`disconnect_called st=${client.get_connection_status()}`);
  },
  disc_hs: (client, _record, events) => {
    client.disconnect_from_host();
    events.push(`disconnect_called st=${client.get_connection_status()}`);
  },
  free: (client, _record, events) => {
    client.free();
    events.push('freed');
  },
  late_disc: () => {},
};

function disconnect(client: WebSocketClient, { config, client_events }: ClientRecord, events: string[]): void {
  const peer = client.get_peer(1) as WebSocketPeer;
  client.disconnect_from_host(config.code, config.reason);
  const state = `st=${client.get_connection_status()} peerconn=${printed(peer.is_connected_to_host())}`;
  const puts = client_events.some((line) => line.includes('put='));
  const put = puts ? ` put=${peer.put_packet(Uint8Array.of(1))} put_avail=${peer.get_available_packet_count()}` : '';
  events.push(`disconnect_called ${state}${put}`);
  if (config.then_get) events.push(`get=${peer.get_packet().length} err=${peer.get_packet_error()}`);
  if (config.then_again) {
    client.disconnect_from_host(4000, 'again');
    events.push(`again st=${client.get_connection_status()}`);
  }
  if (config.then_connect) {
    const error = client.connect_to_url('ws://127.0.0.1:9');
    events.push(`connect=${error} st=${client.get_connection_status()}`);
  }
}

/** When the game acts: at this event. */
function actsAt({ act }: ClientRecord['config']): string {
  if (act === 'disc_mp') return 'connection_succeeded';
  return act === 'disc_hs' ? 'status=1,uid=0' : 'status=2,uid=0';
}

function send(client: WebSocketClient, peer: WebSocketPeer, events: string[]): void {
  const put = (name: string, bytes: Uint8Array): void => void events.push(`put ${name}=${peer.put_packet(bytes)}`);
  put('bin', Uint8Array.of(1, 2, 3));
  put('empty', new Uint8Array(0));
  peer.set_write_mode(0);
  put('text', encoder.encode('héllo'));
  put('text bad utf8', Uint8Array.of(0xff, 0xfe));
  events.push(`put_var text=${peer.put_var('x')}`);
  peer.set_write_mode(1);
  events.push(`put_var bin=${peer.put_var(new Map([['a', 1]]))}`);
  client.poll();
  put('65535', new Uint8Array(65535));
  put('65536', new Uint8Array(65536));
  client.poll();
  put('126', new Uint8Array(126));
  client.poll();
  events.push(`outbound=${peer.get_current_outbound_buffered_amount()}`);
  events.push(`host=${client.get_connected_host()} port=${client.get_connected_port() > 0 ? 'PORT' : 0}`);
  events.push(`client.put=${client.put_packet(Uint8Array.of(1))}`);
}

interface Stage {
  readonly polledUntil: (condition: () => boolean, what: () => string) => Promise<void>;
  readonly began: () => void;
  readonly packets: () => number;
  readonly frames: () => number;
}

/** Plays the server; returns the request. */
async function serve(raw: RawPeer, situation: Situation, stage: Stage): Promise<string> {
  if (situation.atOnce !== undefined) {
    situation.atOnce(raw);
    return '';
  }
  let head: Uint8Array | null = null;
  await stage.polledUntil(
    () => {
      head ??= raw.takeHead();
      return head !== null;
    },
    () => 'no request',
  );
  stage.began();
  const request = Buffer.from(head as unknown as Uint8Array).toString('latin1');
  await situation.serve({
    raw,
    request,
    packets: (count) =>
      stage.polledUntil(
        () => stage.packets() >= count,
        () => `fewer than ${count} packets`,
      ),
    sees: (count) =>
      stage.polledUntil(
        () => stage.frames() >= count,
        () => `fewer than ${count} frames`,
      ),
  });
  return request
    .trim()
    .replace(/(Key: ).*/, '$1KEY')
    .replace(/(1:)\d+/, '$1PORT');
}

async function play(
  record: ClientRecord,
  situation: Situation,
): Promise<{ events: string[]; request: string; frames: string[] }> {
  const server = await RawServer.listen();
  const client = new WebSocketClient();
  const events = logClient(client, record.config.noread !== true);
  const logStatus = statusLogger(client, events);
  const frames: string[] = [];
  let raw: RawPeer | null = null;
  let hasActed = record.config.act === undefined;
  const poll = (): void => {
    if (!events.includes('freed')) {
      client.poll();
      logStatus();
    }
    if (raw !== null && isServed) frames.push(...raw.takeFrames().map(shownFrame));
    if (hasActed || !events.includes(actsAt(record.config))) return;
    if (record.config.act === 'disc_hs' && !isServed) return;
    hasActed = true;
    ACTS[record.config.act as string](client, record, events);
    if (record.config.then_connect) logStatus();
  };
  let isServed = false;
  const polledUntil = (condition: () => boolean, what: () => string): Promise<void> =>
    until(() => {
      poll();
      return condition();
    }, 'what a record holds').catch(() => expect.fail(what()));
  try {
    const { protocols, mp } = record.config;
    expect(client.connect_to_url(`ws://127.0.0.1:${server.port}/some/path?q=1`, protocols ?? [], mp ?? false)).toBe(0);
    logStatus();
    await polledUntil(
      () => {
        raw ??= server.take();
        return raw !== null;
      },
      () => 'no connection',
    );
    const request = await serve(raw as unknown as RawPeer, situation, {
      polledUntil,
      began: () => {
        isServed = true;
      },
      packets: () => events.filter((line) => line.startsWith('pkt')).length,
      frames: () => frames.length,
    });
    const wanted = situation.events ?? withoutTimes(record.client_events);
    await polledUntil(
      () => events.length >= wanted.length,
      () => `only ${events.join(' | ')}`,
    );
    for (let quiet = 0; quiet < QUIET_POLLS; quiet += 1) {
      await pause();
      poll();
    }
    return { events, request, frames };
  } finally {
    client.free();
    server.close();
  }
}

const withoutTimes = (events: readonly string[]): string[] => events.map((line) => line.replace(/^\d+:/, ''));

const FRAME = 'frame: ';

it.each(scenarios)('$name', async (record) => {
  const situation = CLIENT_SITUATIONS[record.name];
  const { events, request, frames } = await play(record, situation);
  expect(events).toEqual(situation.events ?? withoutTimes(record.client_events));
  const seen = record.server_saw.filter((line) => line.startsWith(FRAME)).map((line) => line.slice(FRAME.length));
  expect(frames).toEqual(situation.saw ?? seen);
  const whole = record.server_saw.find((line) => line.includes('Sec-WebSocket-Version'));
  if (whole !== undefined) expect(`request: ${request}`).toBe(situation.request ?? whole);
});
