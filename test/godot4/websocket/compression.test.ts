// compression_mode on the wire, for every kind of server and client: what is offered, accepted, refused and sent.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocketPeer } from '../../../host/godot4/websocket/web-socket-peer.js';
import { quote } from '../../../host/protocol/quote.js';
import type { WireFrame } from '../../helpers/raw-peer-frames.js';
import { headerOf } from '../../helpers/raw-peer-handshake.js';
import { slowInflate } from '../../helpers/slow-inflater.js';
import type { Meeting, Properties, Stage } from '../../helpers/stage.js';
import {
  Godot3ClientStage,
  MultiplayerClientStage,
  PeerClientStage,
  TlsClientStage,
} from '../../helpers/stage-clients.js';
import {
  Godot3ServerStage,
  MultiplayerStage,
  TcpStage,
  TlsStage,
  UdsStage,
  UpgradeStage,
} from '../../helpers/stage-servers.js';

type StageClass = new (properties: Properties) => Stage;

const SERVERS: [string, StageClass][] = [
  ['TCPServer and accept_stream', TcpStage],
  ['TCPServer with TLS', TlsStage],
  ['UDSServer', UdsStage],
  ['accept_upgrade', UpgradeStage],
  ['WebSocketMultiplayerPeer', MultiplayerStage],
  ["Godot 3's WebSocketServer", Godot3ServerStage],
];
const CLIENTS: [string, StageClass][] = [
  ['WebSocketPeer', PeerClientStage],
  ['WebSocketPeer with TLS', TlsClientStage],
  ['WebSocketMultiplayerPeer', MultiplayerClientStage],
  ["Godot 3's WebSocketClient", Godot3ClientStage],
];

const HEADER = 'Sec-WebSocket-Extensions';
const OFFER = 'permessage-deflate; client_max_window_bits';
const ANSWER = 'permessage-deflate; server_no_context_takeover; client_no_context_takeover';
const OWN_OFFER = `${ANSWER}; client_max_window_bits`;
const ON = { compression_mode: 1 } as const;

const MESSAGE = Buffer.from(
  JSON.stringify(Array.from({ length: 40 }, (_, id) => ({ id, x: id * 2, y: 0, name: 'ship' }))),
);

let stage: Stage | null = null;
beforeEach(() => {
  stage = null;
});
afterEach(() => stage?.end());

async function staged(Kind: StageClass, properties: Properties): Promise<Stage> {
  stage = new Kind(properties);
  await stage.begin();
  return stage;
}

const isMarked = ({ header }: WireFrame): boolean => ((header[0] as number) & 0x40) !== 0;

/** Sends the message, and what has come of it: whether it was compressed, and its text. */
async function sent({ seat, raw, stage: { play } }: Meeting, game: Stage): Promise<[boolean, string]> {
  seat.send(MESSAGE);
  const frames: WireFrame[] = [];
  await play.call(game, () => frames.push(...raw.takeFrames()) > 0, 'the message');
  const [frame] = frames as [WireFrame];
  const bytes = isMarked(frame) ? slowInflate(frame.payload).bytes : frame.payload;
  // A multiplayer packet of Godot 3 begins with a head of its own.
  return [isMarked(frame), Buffer.from(bytes).subarray(-MESSAGE.length).toString()];
}

describe.each(SERVERS)('%s', (_name, Kind) => {
  test.each([
    ['off, although it is offered', {}, OFFER, '', false],
    ['on, but not offered', ON, null, '', false],
    ['on, another extension is offered', ON, 'x-mux', '', false],
    ['on and offered', ON, OFFER, ANSWER, true],
    [
      'on, offered with a window',
      ON,
      `${OFFER}; server_max_window_bits=9`,
      `${ANSWER}; server_max_window_bits=9`,
      true,
    ],
    ['on, nothing is long enough', { ...ON, compression_threshold: 2 ** 31 - 1 }, OFFER, ANSWER, false],
  ] as const)('compression is %s', async (_what, properties, offer, answered, isCompressed) => {
    const game = await staged(Kind, properties);
    const meeting = await game.meet();
    const answer = await meeting.open(offer === null ? [] : [`${HEADER}: ${offer}`]);
    expect(headerOf(answer, HEADER)).toBe(answered);
    expect(await sent(meeting, game)).toEqual([isCompressed, MESSAGE.toString()]);
    const { seat } = meeting;
    if (seat instanceof WebSocketPeer) expect(seat.is_compression_active()).toBe(answered !== '');
  });
});

describe.each(CLIENTS)('%s', (_name, Kind) => {
  test.each([
    ['off', {}, '', [], false],
    ['on, the server can not', ON, OWN_OFFER, [], false],
    ['on, the server accepts', ON, OWN_OFFER, [ANSWER], true],
    ['on, the server has a smaller window', ON, OWN_OFFER, [`${ANSWER}; client_max_window_bits=9`], true],
  ] as const)('compression is %s', async (_what, properties, offered, answers, isCompressed) => {
    const game = await staged(Kind, properties);
    const meeting = await game.meet();
    expect(headerOf(Buffer.from(meeting.request).toString(), HEADER)).toBe(offered);
    await meeting.open(answers.map((answer) => `${HEADER}: ${answer}`));
    expect(await sent(meeting, game)).toEqual([isCompressed, MESSAGE.toString()]);
    const { seat } = meeting;
    if (seat instanceof WebSocketPeer) expect(seat.is_compression_active()).toBe(isCompressed);
  });

  test.each([
    ['x-mux', 'the extension "x-mux" was not asked for'],
    [`${ANSWER}, ${ANSWER}`, 'more than one extension'],
    ['permessage-deflate', 'server_no_context_takeover is missing'],
    [`${ANSWER}; client_max_window_bits`, 'client_max_window_bits has no value'],
  ])('refuses the answer "%s" in one line', async (answer, why) => {
    const game = await staged(Kind, ON);
    const meeting = await game.meet();
    meeting.raw.send(meeting.handshake([`${HEADER}: ${answer}`]));
    expect(await meeting.refusal()).toBe('');
    const { errors, warnings } = game.reports;
    expect([...errors, ...warnings]).toEqual([
      expect.stringContaining(
        `failed: the server answered compression_mode 1 with ${quote(answer)}: ${why} (COMPRESSION_MISMATCH)`,
      ),
    ]);
  });

  test('names compression_mode when the server answers 400 to the offer', async () => {
    const game = await staged(Kind, ON);
    const meeting = await game.meet();
    meeting.sendHead(['HTTP/1.1 400 Bad Request', 'Content-Length: 0']);
    await meeting.refusal();
    expect(game.reports.errors).toEqual([
      expect.stringContaining('"HTTP/1.1 400 Bad Request", not 101; it may not take the offer of compression_mode 1'),
    ]);
  });
});

describe('a refused client', () => {
  test('is CLOSED with the code -1, and says why', async () => {
    const game = await staged(PeerClientStage, {});
    const peer = new WebSocketPeer();
    peer.compression_mode = WebSocketPeer.COMPRESSION_MODE_MESSAGE;
    game.atEnd(() => peer.free());
    const client = game as PeerClientStage;
    expect(peer.connect_to_url(`${client.url}/`)).toBe(0);
    let raw = client.take();
    let request: Uint8Array | null = null;
    await client.play(() => {
      peer.poll();
      raw ??= client.take();
      request ??= raw?.takeHead() ?? null;
      return request !== null;
    }, 'a request');
    raw?.sendAnswer(request as unknown as Uint8Array, [`${HEADER}: permessage-deflate`]);
    await client.play(() => {
      peer.poll();
      return peer.get_ready_state() === WebSocketPeer.STATE_CLOSED;
    }, 'the end');
    const { stage: at, code } = peer.get_failure() ?? {};
    expect([peer.get_close_code(), at, code, peer.is_compression_active()]).toEqual([
      -1,
      'handshake',
      'COMPRESSION_MISMATCH',
      false,
    ]);
  });
});
