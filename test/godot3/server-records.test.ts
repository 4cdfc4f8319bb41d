// Godot 3's WebSocketServer in every recorded session: what the game hears, and what the client sees.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { WebSocketServer } from '../../host/godot3/index.js';
import { pause, until } from '../helpers/game.js';
import { RawPeer } from '../helpers/raw-peer.js';
import { requestFor } from '../helpers/raw-peer-handshake.js';
import { useReports } from '../helpers/reports.js';
import { logServer, shownFrame } from './log.js';
import { SERVER_SITUATIONS, type Situation } from './server-situations.js';

interface ServerRecord {
  readonly name: string;
  readonly client_saw: readonly string[];
  readonly server_events: readonly string[];
}

/** Polls in which nothing more may happen. */
const QUIET_POLLS = 12;
const { scenarios } = JSON.parse(
  readFileSync(new URL('../golden/godot3-server-scenarios.json', import.meta.url), 'utf8'),
) as { scenarios: readonly ServerRecord[] };

useReports();

it('every record has its situation', () => {
  expect(Object.keys(SERVER_SITUATIONS).sort()).toEqual(scenarios.map(({ name }) => name).sort());
});

/** The server that a record is about: plain with lines of its own, or with subprotocols. */
function listening(place: number, { isImpatient }: Situation): WebSocketServer {
  const server = new WebSocketServer();
  server.bind_ip = '127.0.0.1';
  if (isImpatient) server.handshake_timeout = 0.05;
  if (place === 0) server.set_extra_headers(['X-Extra: one', 'X-Two: two']);
  expect(server.listen(0, place === 0 ? [] : ['foo', ' bar '])).toBe(0);
  return server;
}

/** The head of an answer as the records write it, a refusal by its status alone. */
function shownHead(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('latin1');
  const [, status] = text.split(' ');
  return status === '101' ? `RESP ${JSON.stringify(text.trim())}` : `RESP ${status}`;
}

async function play({ name }: ServerRecord, situation: Situation, wanted: Played): Promise<Played> {
  const place = name.startsWith('P:') ? 1 : 0;
  const server = listening(place, situation);
  const { events } = logServer(server, place);
  const raw = await RawPeer.connect(server.get_local_port());
  const saw: string[] = [];
  let hasActed = false;
  let hasAnswered = false;
  const poll = (): void => {
    server.poll();
    const head = saw.length === 0 ? raw.takeHead() : null;
    if (head !== null) saw.push(shownHead(head));
    if (saw.length === 0 || !saw[0].includes('101')) return;
    if (!hasActed) situation.inside?.(raw);
    hasActed = true;
    for (const frame of raw.takeFrames()) {
      saw.push(`<- ${shownFrame(frame)}`);
      if (frame.opcode === 8 && !hasAnswered) situation.afterClose?.(raw);
      hasAnswered ||= frame.opcode === 8;
    }
  };
  try {
    raw.send(situation.request ?? requestFor());
    await until(() => {
      poll();
      return events.length >= wanted.events.length && saw.length + 1 >= wanted.saw.length;
    }, 'what the record holds').catch(() => expect.fail(`only ${[...events, ...saw].join(' | ')}`));
    await until(() => {
      poll();
      return raw.hasEnded || wanted.saw.at(-1) !== '<- EOF';
    }, 'the end');
    for (let quiet = 0; quiet < QUIET_POLLS; quiet += 1) {
      await pause();
      poll();
    }
    if (raw.hasEnded) saw.push('<- EOF');
    return { events, saw };
  } finally {
    raw.destroy();
    server.free();
  }
}

interface Played {
  readonly events: readonly string[];
  readonly saw: readonly string[];
}

it.each(scenarios)('$name', async (record) => {
  const situation = SERVER_SITUATIONS[record.name];
  const wanted = {
    events: situation.events ?? record.server_events.map((line) => line.replace(/ID\d+/, 'ID')),
    saw: situation.saw ?? record.client_saw,
  };
  expect(await play(record, situation, wanted)).toEqual(wanted);
});
