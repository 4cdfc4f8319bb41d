// A WebSocketPeer in a worker and its half in the page, over channels in one thread: what the game sees, what becomes of
// packets while nobody looks, and how it ends.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ERR_ALREADY_IN_USE,
  ERR_INVALID_DATA,
  ERR_INVALID_PARAMETER,
  ERR_OUT_OF_MEMORY,
  ERR_UNAVAILABLE,
  FAILED,
  OK,
  TCPServer,
  TLSOptions,
  WebSocketPeer,
} from '../../host/index.js';
import { type HostOptions, hostPeers, WorkerWebSocketPeer } from '../../host/worker/index.js';
import { until } from '../helpers/game.js';
import { deafPort } from '../helpers/ports.js';
import { useReports } from '../helpers/reports.js';

const { STATE_CONNECTING, STATE_OPEN, STATE_CLOSING, STATE_CLOSED } = WebSocketPeer;
const { KEEP_ALL, KEEP_LATEST, CLEAR } = WorkerWebSocketPeer;

const reports = useReports();
let server: TCPServer;
let remotes: WebSocketPeer[] = [];
const endings: (() => void)[] = [];

beforeEach(() => {
  server = new TCPServer();
  expect(server.listen(0, '127.0.0.1')).toBe(OK);
  remotes = [];
  server.connect('activity', () => {
    while (server.is_connection_available()) {
      const remote = new WebSocketPeer();
      remote.supported_protocols = ['chat'];
      remote.outbound_buffer_size = 0;
      remote.accept_stream(server.take_connection());
      remote.connect('activity', () => remote.poll());
      remote.poll();
      remotes.push(remote);
      endings.push(() => remote.free());
    }
  });
});
afterEach(() => {
  for (const end of endings.splice(0)) end();
  server.stop();
});

/** The page's end of a worker that lives in this thread. */
function worker(options: HostOptions = {}): MessagePort {
  const { port1, port2 } = new MessageChannel();
  hostPeers({ ...options, scope: port2 });
  port2.start();
  endings.push(() => port1.close());
  return port1;
}

function hosted(configure: (peer: WorkerWebSocketPeer) => void = () => {}, options: HostOptions = {}) {
  const peer = new WorkerWebSocketPeer(worker(options));
  peer.supported_protocols = ['chat'];
  configure(peer);
  endings.push(() => peer.free());
  return peer;
}

const url = (): string => `ws://127.0.0.1:${server.get_local_port()}/lobby`;

async function polled(peer: WorkerWebSocketPeer, condition: () => boolean, what: string): Promise<void> {
  await until(() => {
    peer.poll();
    return condition();
  }, what);
}

async function opened(configure?: (peer: WorkerWebSocketPeer) => void, options?: HostOptions) {
  const peer = hosted(configure, options);
  expect(peer.connect_to_url(url())).toBe(OK);
  await polled(peer, () => peer.get_ready_state() === STATE_OPEN, 'open');
  await until(() => remotes[0].get_ready_state() === STATE_OPEN, 'the other side');
  return { peer, remote: remotes[0] };
}

function taken(peer: WorkerWebSocketPeer | WebSocketPeer): number[] {
  const firsts: number[] = [];
  while (peer.get_available_packet_count() > 0) firsts.push(peer.get_packet()[0]);
  return firsts;
}

/** Waits until everything that was sent before has come as far as it will. */
async function settled(peer: WorkerWebSocketPeer, remote: WebSocketPeer): Promise<void> {
  peer.send(Uint8Array.of(255));
  await until(() => remote.get_available_packet_count() > 0, 'the last word');
  remote.get_packet();
}

describe('a connection that fails in the worker', () => {
  it('has the failure in the page, frozen, and is reported there once', async () => {
    server.stop();
    const peer = hosted();
    const dead = `ws://127.0.0.1:${await deafPort()}/`;
    expect([peer.connect_to_url(dead), peer.get_failure()]).toEqual([OK, null]);
    await polled(peer, () => peer.get_ready_state() === STATE_CLOSED, 'the end');
    const message = `can't connect to ${dead}: refused (ECONNREFUSED)`;
    expect(peer.get_failure()).toMatchObject({ stage: 'connect', code: 'ECONNREFUSED', message, http_body: '' });
    expect(Object.isFrozen(peer.get_failure())).toBe(true);
    expect(reports.take()).toEqual([`WebSocketPeer: ${message}`]);
  });
});

describe('the calls of a WebSocketPeer', () => {
  it('open, exchange text and bytes, and tell the protocol', async () => {
    const { peer, remote } = await opened();
    expect([peer.get_selected_protocol(), peer.get_requested_url(), peer.get_class()]).toEqual([
      'chat',
      url(),
      'WorkerWebSocketPeer',
    ]);
    expect([peer.send_text('grüße'), peer.send(Uint8Array.of(0, 255)), peer.put_var([1, 'a'])]).toEqual([OK, OK, OK]);
    await until(() => remote.get_available_packet_count() === 3, 'three packets');
    expect([remote.get_packet().length, remote.was_string_packet()]).toEqual([7, true]);
    expect([[...remote.get_packet()], remote.was_string_packet()]).toEqual([[0, 255], false]);
    expect(remote.get_var()).toEqual([1, 'a']);
    remote.send_text('hello');
    remote.send(Uint8Array.of(7));
    await polled(peer, () => peer.get_available_packet_count() === 2, 'two packets');
    expect([new TextDecoder().decode(peer.get_packet()), peer.was_string_packet()]).toEqual(['hello', true]);
    expect([[...peer.get_packet()], peer.was_string_packet(), peer.get_packet_error()]).toEqual([[7], false, OK]);
    expect([peer.get_packet().length, peer.get_packet_error()]).toEqual([0, ERR_UNAVAILABLE]);
    remote.send(Uint8Array.of(1, 2, 3));
    await polled(peer, () => peer.get_available_packet_count() === 1, 'one packet');
    const target = new Uint8Array(4);
    expect([peer.get_packet_into(new Uint8Array(2)), peer.get_packet_into(target), [...target]]).toEqual([
      3,
      3,
      [1, 2, 3, 0],
    ]);
    expect([peer.get_packet_into(target), peer.get_packet_error()]).toEqual([-1, ERR_UNAVAILABLE]);
    expect(reports.take()).toEqual([]);
  });

  it('change the state in poll only, and raise activity once', async () => {
    const peer = hosted();
    let raised = 0;
    peer.connect('activity', () => {
      raised += 1;
    });
    peer.connect_to_url(url());
    await until(() => raised === 1, 'activity');
    expect(peer.get_ready_state()).toBe(STATE_CONNECTING);
    peer.poll();
    expect(peer.get_ready_state()).toBe(STATE_OPEN);
    await until(() => remotes[0]?.get_ready_state() === STATE_OPEN, 'the other side');
    for (const one of [1, 2, 3]) remotes[0].send(Uint8Array.of(one));
    await settled(peer, remotes[0]);
    await until(() => raised === 2, 'activity');
    expect(peer.get_available_packet_count()).toBe(0);
    await polled(peer, () => peer.get_available_packet_count() === 3, 'three packets');
  });

  it('refuse what the worker could not do', async () => {
    const { peer } = await opened((one) => {
      one.outbound_buffer_size = 10;
    });
    expect(peer.connect_to_url(url())).toBe(ERR_ALREADY_IN_USE);
    expect(peer.send(new Uint8Array(11))).toBe(ERR_OUT_OF_MEMORY);
    expect(peer.send(Uint8Array.of(255), 0)).toBe(ERR_INVALID_DATA);
    peer.hidden_policy = 3;
    expect(peer.hidden_policy).toBe(KEEP_ALL);
    const idle = hosted();
    expect(idle.connect_to_url('')).toBe(ERR_INVALID_PARAMETER);
    expect(idle.connect_to_url('ws://')).toBe(ERR_INVALID_PARAMETER);
    expect(idle.connect_to_url(url(), TLSOptions.client())).toBe(ERR_UNAVAILABLE);
    expect(idle.send(Uint8Array.of(1))).toBe(FAILED);
    expect(reports.take()).toHaveLength(8);
    expect(() => new WorkerWebSocketPeer({} as MessagePort)).toThrow(TypeError);
    expect(() => hostPeers({ scope: {} as MessagePort })).toThrow(TypeError);
  });

  it('count what has not left, until it has', async () => {
    const { peer, remote } = await opened((one) => {
      one.outbound_buffer_size = 1000;
    });
    peer.send(new Uint8Array(900));
    expect(peer.get_current_outbound_buffered_amount()).toBe(900);
    await until(() => peer.get_current_outbound_buffered_amount() === 0, 'room');
    expect(peer.send(new Uint8Array(900))).toBe(OK);
    await until(() => remote.get_available_packet_count() === 2, 'both');
  });
});

describe('the end of a connection', () => {
  it('is told with code and reason, behind the packets that came before', async () => {
    const { peer, remote } = await opened();
    remote.send(Uint8Array.of(1));
    remote.close(4001, 'bye');
    await polled(peer, () => peer.get_available_packet_count() === 1, 'the packet');
    expect(peer.get_ready_state()).toBe(STATE_OPEN);
    await polled(peer, () => peer.get_ready_state() === STATE_CLOSED, 'the end');
    expect([taken(peer), peer.get_close_code(), peer.get_close_reason()]).toEqual([[1], 4001, 'bye']);
  });

  it('is the answer to close', async () => {
    const { peer, remote } = await opened();
    peer.close(4002, 'mine');
    expect(peer.get_ready_state()).toBe(STATE_CLOSING);
    await polled(peer, () => peer.get_ready_state() === STATE_CLOSED, 'the end');
    expect([peer.get_close_code(), remote.get_close_code(), remote.get_close_reason()]).toEqual([4002, 4002, 'mine']);
  });

  it('is -1 when nobody is there, and after close(-1), of which the other side hears', async () => {
    const { peer, remote } = await opened();
    peer.close(-1);
    expect([peer.get_ready_state(), peer.get_close_code()]).toEqual([STATE_CLOSED, -1]);
    await until(() => remote.get_ready_state() === STATE_CLOSED, 'the end');
    const alone = hosted();
    alone.connect_to_url(`ws://127.0.0.1:${await deafPort()}/`);
    await polled(alone, () => alone.get_ready_state() === STATE_CLOSED, 'the end');
    expect(alone.get_close_code()).toBe(-1);
  });

  it('frees the peer for the next connection, which hears nothing of the last', async () => {
    const { peer, remote } = await opened();
    for (const one of [1, 2, 3]) remote.send(Uint8Array.of(one));
    await settled(peer, remote);
    peer.close(-1);
    expect(peer.connect_to_url(url())).toBe(OK);
    await polled(peer, () => peer.get_ready_state() === STATE_OPEN, 'open again');
    await until(() => remotes[1]?.get_ready_state() === STATE_OPEN, 'the other side');
    remotes[1].send(Uint8Array.of(9));
    await polled(peer, () => peer.get_available_packet_count() > 0, 'a packet');
    expect(taken(peer)).toEqual([9]);
  });

  it('comes after the time limit when the worker never answers', async () => {
    const { port1 } = new MessageChannel();
    const peer = new WorkerWebSocketPeer(port1);
    peer.handshake_timeout = 0.001;
    peer.connect_to_url(url());
    await polled(peer, () => peer.get_ready_state() === STATE_CLOSED, 'the end');
    expect(peer.get_close_code()).toBe(-1);
    port1.close();
  });
});

describe('while the page is hidden', () => {
  it.each([
    ['KEEP_ALL', KEEP_ALL, [1, 2, 3], 0],
    ['KEEP_LATEST', KEEP_LATEST, [3], 2],
    ['CLEAR', CLEAR, [], 3],
  ])('%s decides what the game finds', async (_name, policy, found, dropped) => {
    const { peer, remote } = await opened((one) => {
      one.hidden_policy = policy;
    });
    peer.set_hidden(true);
    await settled(peer, remote);
    for (const one of [1, 2, 3]) remote.send(Uint8Array.of(one));
    await settled(peer, remote);
    await polled(peer, () => peer.get_available_packet_count() === (policy === KEEP_ALL ? 3 : 0), 'what is not held');
    peer.set_hidden(false);
    remote.send(Uint8Array.of(4));
    const got: number[] = [];
    await polled(
      peer,
      () => {
        if (peer.get_available_packet_count() > 0) got.push(...taken(peer));
        return got.includes(4);
      },
      'the next packet',
    );
    expect([got, peer.get_dropped_packet_count()]).toEqual([[...found, 4], dropped]);
  });

  it('chooses among packets that the page had already, too', async () => {
    const { peer, remote } = await opened((one) => {
      one.hidden_policy = KEEP_LATEST;
    });
    for (const one of [1, 2]) remote.send(Uint8Array.of(one));
    await polled(peer, () => peer.get_available_packet_count() === 2, 'two packets');
    peer.set_hidden(true);
    peer.set_hidden(false);
    await polled(peer, () => peer.get_dropped_packet_count() === 1, 'the choice');
    expect(taken(peer)).toEqual([2]);
  });

  it('answers in the worker, which keeps such packets to itself', async () => {
    const seen: [number, boolean][] = [];
    const { peer, remote } = await opened(undefined, {
      onPacket: (packet, real, { isHidden }) => {
        seen.push([packet[0], isHidden]);
        return packet[0] === 42 && real.send(Uint8Array.of(43)) === OK;
      },
    });
    peer.set_hidden(true);
    await settled(peer, remote);
    for (const one of [42, 1]) remote.send(Uint8Array.of(one));
    await until(() => remote.get_available_packet_count() === 1, 'the answer');
    expect(taken(remote)).toEqual([43]);
    await polled(peer, () => peer.get_available_packet_count() === 1, 'the other packet');
    expect(taken(peer)).toEqual([1]);
    expect(seen).toEqual([
      [42, true],
      [1, true],
    ]);
  });

  it('leaves a packet that the script keeps to the script, though the page gets it, too', async () => {
    const kept: Uint8Array[] = [];
    const { peer, remote } = await opened(() => {}, {
      onPacket: (packet) => {
        kept.push(packet);
        return false;
      },
    });
    remote.send(Uint8Array.of(1, 2));
    await polled(peer, () => peer.get_available_packet_count() === 1, 'the packet');
    expect([[...peer.get_packet()], [...kept[0]]]).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  it('tells of the end, and gives what was kept before it', async () => {
    const { peer, remote } = await opened((one) => {
      one.hidden_policy = KEEP_LATEST;
    });
    peer.set_hidden(true);
    await settled(peer, remote);
    for (const one of [1, 2]) remote.send(Uint8Array.of(one));
    remote.close(4000);
    await polled(peer, () => peer.get_ready_state() === STATE_CLOSED, 'the end');
    expect([taken(peer), peer.get_close_code()]).toEqual([[2], 4000]);
  });

  it('is told by the document while there is a connection', async () => {
    const page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
    Object.assign(globalThis, { document: page });
    endings.push(() => Reflect.deleteProperty(globalThis, 'document'));
    const { peer } = await opened();
    const show = (state: string): void => {
      page.visibilityState = state;
      page.dispatchEvent(new Event('visibilitychange'));
    };
    show('hidden');
    expect(peer.is_hidden()).toBe(true);
    show('visible');
    expect(peer.is_hidden()).toBe(false);
    peer.close(-1);
    show('hidden');
    expect(peer.is_hidden()).toBe(false);
  });
});

describe('limits', () => {
  it('make the sender wait, whoever is slow: nothing is lost', async () => {
    const { peer, remote } = await opened((one) => {
      one.inbound_buffer_size = 2000;
      one.max_queued_packets = 3;
    });
    const sent = Array.from({ length: 100 }, (_, at) => at);
    for (const one of sent) remote.send(new Uint8Array(1000).fill(one));
    await settled(peer, remote);
    const got: number[] = [];
    let most = 0;
    await polled(
      peer,
      () => {
        most = Math.max(most, peer.get_available_packet_count());
        got.push(...taken(peer));
        return got.length === sent.length;
      },
      'all packets',
    );
    expect(got).toEqual(sent);
    expect(most).toBeLessThanOrEqual(2);
  });

  it('do not keep the end of a connection from a game that takes nothing', async () => {
    const { peer, remote } = await opened((one) => {
      one.inbound_buffer_size = 2000;
    });
    for (const one of [1, 2, 3]) remote.send(new Uint8Array(1000).fill(one));
    remote.close(4000);
    await polled(peer, () => peer.get_ready_state() === STATE_CLOSED, 'the end');
    expect([taken(peer), peer.get_close_code()]).toEqual([[1, 2, 3], 4000]);
  });

  it('let a packet through that is as large as they are', async () => {
    const { peer, remote } = await opened((one) => {
      one.inbound_buffer_size = 2000;
    });
    for (const one of [1, 2]) remote.send(new Uint8Array(2000).fill(one));
    await polled(peer, () => peer.get_available_packet_count() === 1, 'the first');
    expect(taken(peer)).toEqual([1]);
    await polled(peer, () => peer.get_available_packet_count() === 1, 'the second');
    expect(taken(peer)).toEqual([2]);
  });
});
