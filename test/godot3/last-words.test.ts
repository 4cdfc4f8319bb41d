// What a Godot 3 game can still do when the other side's end is here already: answer what came before it, and see the
// connection while the close is told of. Asked of 3.6.2.
import { afterEach, describe, expect, it } from 'vitest';
import { Signal, WebSocketClient, type WebSocketPeer, WebSocketServer } from '../../host/godot3/index.js';
import { until } from '../helpers/game.js';
import { RawPeer, RawServer } from '../helpers/raw-peer.js';
import { closeBody, frame, OP, toHex } from '../helpers/raw-peer-frames.js';
import { answerTo, requestFor } from '../helpers/raw-peer-handshake.js';
import { useReports } from '../helpers/reports.js';

const reports = useReports();
const endings: (() => void)[] = [];
afterEach(() => {
  for (const ending of endings.splice(0).reverse()) ending();
});

/** One connection of a game, and the other side of it. */
interface Meeting {
  readonly player: WebSocketClient | WebSocketServer;
  readonly raw: RawPeer;
  /** The connection as the game has it, once it is open. */
  peer(): WebSocketPeer;
  /** What the player calls its signals. */
  readonly signals: { opened: string; received: string; closeRequested: string; closed: string };
  /** The other side's half of the handshake. */
  readonly handshake: Uint8Array;
  frame(opcode: number, payload: string | Uint8Array, rsv?: number): Uint8Array;
}

async function metByClient(prepare: (client: WebSocketClient) => void): Promise<Meeting> {
  const server = await RawServer.listen();
  endings.push(() => server.close());
  const player = new WebSocketClient();
  endings.push(() => player.free());
  prepare(player);
  player.connect_to_url(`ws://127.0.0.1:${server.port}/`);
  let raw: RawPeer | null = null;
  let head: Uint8Array | null = null;
  await until(() => {
    player.poll();
    raw ??= server.take();
    head ??= raw?.takeHead() ?? null;
    return head !== null;
  }, 'the request');
  return {
    player,
    raw: raw as unknown as RawPeer,
    peer: () => player.get_peer(1) as WebSocketPeer,
    signals: {
      opened: 'connection_established',
      received: 'data_received',
      closeRequested: 'server_close_request',
      closed: 'connection_closed',
    },
    handshake: answerTo(head as unknown as Uint8Array),
    frame: (opcode, payload, rsv = 0) => frame(opcode, payload, { rsv }),
  };
}

async function metByServer(prepare: (server: WebSocketServer) => void): Promise<Meeting> {
  const player = new WebSocketServer();
  endings.push(() => player.free());
  prepare(player);
  player.bind_ip = '127.0.0.1';
  let id = 0;
  player.connect('client_connected', (newcomer) => {
    id = newcomer;
  });
  player.listen(0);
  const raw = await RawPeer.connect(player.get_local_port());
  endings.push(() => raw.destroy());
  return {
    player,
    raw,
    peer: () => player.get_peer(id) as WebSocketPeer,
    signals: {
      opened: 'client_connected',
      received: 'data_received',
      closeRequested: 'client_close_request',
      closed: 'client_disconnected',
    },
    handshake: requestFor(),
    frame: (opcode, payload, rsv = 0) => frame(opcode, payload, { masked: true, rsv }),
  };
}

type Prepare = (player: WebSocketClient | WebSocketServer) => void;
const SIDES: [string, (prepare: Prepare) => Promise<Meeting>][] = [
  ['a client', metByClient],
  ['a server', metByServer],
];
const GREETING = Uint8Array.of(7);

/** Frames behind the handshake, and what the other side gets back: opcode and payload of each. */
const TAILS: [string, (meeting: Meeting) => Uint8Array[], string[]][] = [
  [
    'a message and a close',
    (m) => [m.frame(OP.TEXT, 'hi'), m.frame(OP.CLOSE, closeBody(1000))],
    ['2:07', '2:6869', '8:03e8'],
  ],
  [
    'two messages and a close',
    (m) => [m.frame(OP.TEXT, 'hi'), m.frame(OP.TEXT, 'hj'), m.frame(OP.CLOSE, closeBody(1000))],
    ['2:07', '2:6869', '2:686a', '8:03e8'],
  ],
  [
    'a message and a violation',
    (m) => [m.frame(OP.TEXT, 'hi'), m.frame(OP.TEXT, 'x', 2)],
    ['2:07', '2:6869', '8:03ea'],
  ],
  ['a close', (m) => [m.frame(OP.CLOSE, closeBody(1000))], ['2:07', '8:03e8']],
  ['a violation', (m) => [m.frame(OP.TEXT, 'x', 2)], ['2:07', '8:03ea']],
];

describe.each(SIDES)('%s can answer before the end', (_side, meet) => {
  describe.each([
    ['glued to the handshake', true],
    ['behind it', false],
  ])('what comes %s', (_when, isGlued) => {
    it.each([...TAILS.flatMap((tail) => [[...tail, 'frames'] as const, [...tail, 'activity'] as const])])(
      '%s',
      async (_what, framesOf, expected, driver) => {
        const meeting = await meet((player) => {
          if (driver === 'activity') player.activity.connect(() => player.poll());
        });
        const { player, raw, signals, handshake } = meeting;
        const results: number[] = [];
        let isOpen = false;
        new Signal(player, signals.opened).connect(() => {
          isOpen = true;
          results.push(meeting.peer().put_packet(GREETING));
        });
        new Signal(player, 'data_received').connect(() => {
          const peer = meeting.peer();
          expect(peer.is_connected_to_host()).toBe(true);
          results.push(peer.put_packet(peer.get_packet()));
        });
        const poll = (): void => {
          if (driver === 'frames') player.poll();
        };
        raw.send(handshake, ...(isGlued ? framesOf(meeting) : []));
        await until(() => {
          poll();
          return isOpen;
        }, 'the handshake');
        if (!isGlued) raw.send(...framesOf(meeting));
        await until(() => {
          poll();
          return raw.hasEnded;
        }, 'the end');
        if (meet === metByServer) raw.takeHead();
        const frames = raw.takeFrames().map(({ opcode, payload }) => `${opcode}:${toHex(payload)}`);
        expect(frames).toEqual(expected);
        expect(results.every((result) => result === 0)).toBe(true);
      },
    );
  });
});

describe.each(SIDES)('while %s is told of a close', (_side, meet) => {
  /** What `look` sees within the close request, and the signals from then on. */
  async function seen<T>(look: (meeting: Meeting) => T): Promise<{ result: T; heard: string[] }> {
    const meeting = await meet(() => {});
    const { player, raw, signals } = meeting;
    const heard: string[] = [];
    let result: T | undefined;
    new Signal(player, signals.closeRequested).connect((...args: unknown[]) => {
      heard.push(`close request ${args.slice(-2).join(' ')}`);
      result = look(meeting);
    });
    new Signal(player, signals.closed).connect((...args: unknown[]) => heard.push(`closed ${args.at(-1)}`));
    raw.send(meeting.handshake, meeting.frame(OP.TEXT, 'hi'), meeting.frame(OP.CLOSE, closeBody(4001, 'bye')));
    await until(() => {
      player.poll();
      return heard.length > 1;
    }, 'the end');
    return { result: result as T, heard };
  }
  const TOLD = ['close request 4001 bye', 'closed true'];

  it('the connection is there', async () => {
    const { result, heard } = await seen(({ peer, player, raw }) => {
      const one = peer();
      one.set_no_delay(false);
      const packet = one.get_packet().length;
      const before = one.get_packet_error();
      return {
        status: player.get_connection_status(),
        isConnected: one.is_connected_to_host(),
        host: one.get_connected_host(),
        port: one.get_connected_port() === raw.socket.localPort,
        packet: [packet, before, one.get_packet().length, one.get_packet_error()],
        count: one.get_available_packet_count(),
        reports: reports.take(),
      };
    });
    expect(result).toEqual({
      status: 2,
      isConnected: true,
      host: '127.0.0.1',
      port: true,
      packet: [2, 0, 0, 2],
      count: 0,
      reports: [],
    });
    expect(heard).toEqual(TOLD);
  });

  it('nothing can be sent any more', async () => {
    const { result, heard } = await seen(({ peer }) => [peer().put_packet(GREETING), reports.take()]);
    expect(result).toEqual([1, ['put_packet: the peer is closing']]);
    expect(heard).toEqual(TOLD);
  });

  it('a close of its own changes nothing', async () => {
    const { result, heard } = await seen(({ peer }) => {
      peer().close(4002, 'again');
      return [peer().is_connected_to_host(), peer().get_available_packet_count()];
    });
    expect(result).toEqual([true, 0]);
    expect(heard).toEqual(TOLD);
  });

  it('a poll does not tell it twice', async () => {
    const { heard } = await seen(({ player }) => player.poll());
    expect(heard).toEqual(TOLD);
  });
});

describe('within server_close_request', () => {
  async function closing(within: (client: WebSocketClient, url: string) => unknown): Promise<unknown[]> {
    const server = new WebSocketServer();
    const client = new WebSocketClient();
    endings.push(
      () => server.free(),
      () => client.free(),
    );
    server.bind_ip = '127.0.0.1';
    server.listen(0);
    const url = `ws://127.0.0.1:${server.get_local_port()}`;
    const heard: unknown[] = [];
    server.connect('client_connected', (id) => {
      if (heard.length < 2) server.disconnect_peer(id, 4001);
    });
    client.connect('connection_established', () => heard.push('established'));
    client.connect('server_close_request', () => heard.push(within(client, url)));
    client.connect('connection_closed', (wasClean) => heard.push(`closed ${wasClean}`));
    client.connect_to_url(url);
    await until(() => {
      server.poll();
      client.poll();
      return heard.length > 2;
    }, 'the end');
    return heard;
  }

  it('the client is in use', async () => {
    const heard = await closing((client, url) => [
      client.get_connection_status(),
      client.get_connected_host(),
      client.connect_to_url(url),
      client.set_buffers(64, 64, 64, 64),
    ]);
    expect(heard).toEqual(['established', [2, '127.0.0.1', 22, 1], 'closed true']);
  });

  it('a connection that is begun after a goodbye is kept, and the old one forgotten', async () => {
    const heard = await closing((client, url) => {
      client.disconnect_from_host();
      return [client.get_connection_status(), client.connect_to_url(url), client.get_connection_status()];
    });
    expect(heard).toEqual(['established', [2, 0, 1], 'established']);
  });
});

it('a server that is stopped within client_close_request still tells that the client has closed', async () => {
  const { player, raw, handshake, frame: framed } = await metByServer(() => {});
  const heard: unknown[] = [];
  const server = player as WebSocketServer;
  server.connect('client_close_request', (id) => {
    server.stop();
    heard.push([server.is_listening(), server.has_peer(id)]);
  });
  server.connect('client_disconnected', (_id, wasClean) => heard.push(wasClean));
  raw.send(handshake, framed(OP.CLOSE, closeBody(1000)));
  await until(() => {
    server.poll();
    return heard.length > 1;
  }, 'the end');
  server.poll();
  expect(heard).toEqual([[false, false], true]);
});
