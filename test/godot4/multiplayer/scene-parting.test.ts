// Parting in a SceneMultiplayer: whoever sends somebody away, refuses or forgets, from wherever it is called, has done so
// when the call returns.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OfflineMultiplayerPeer, SceneMultiplayer, type WebSocketMultiplayerPeer } from '../../../host/index.js';
import { until } from '../../helpers/game.js';
import { bytes, serverFrame, wire } from '../../helpers/multiplayer.js';
import { frame, OP } from '../../helpers/raw-peer-frames.js';
import { type Guest, le, SceneServer, say } from '../../helpers/scene-server.js';

const OK = 0;
const ERR_BUG = 47;
const GOODBYE = '880203e8';

let server: SceneServer;
let scene: SceneMultiplayer;
beforeEach(() => {
  server = new SceneServer();
  ({ scene } = server);
});
afterEach(() => server.end());

/** `count` packets of bytes, for the server and all others. */
const toAll = (count: number): string[] => Array.from({ length: count }, (_, i) => `070300000000030${i}`);
const sayGoodbye = ({ raw }: Guest): void => raw.send(frame(OP.CLOSE, bytes(3, 0xe8), { masked: true }));

describe('disconnect_peer', () => {
  it('takes the peer out of the lists, tells the others and sends it nothing more, within the call', async () => {
    const [a, b] = await server.crowd(2);
    scene.disconnect_peer(b.id);
    expect([...scene.get_peers()]).toEqual([a.id]);
    expect([scene.send_bytes(bytes(1), b.id), scene.send_bytes(bytes(2), 0), scene.send_bytes(bytes(3), -5)]).toEqual([
      ERR_BUG,
      OK,
      OK,
    ]);
    expect(await server.got(a, 8 + 4 + 4)).toBe(`82060702${b.hex}8202030282020303`);
    await server.settle();
    sayGoodbye(b);
    await server.play(() => b.raw.hasEnded, 'the end');
    expect(wire(b.raw)).toBe(GOODBYE);
    expect(server.events).toEqual([]); // whoever sends away is not told
  });

  it('at the first of five packets: the others reach neither the game nor anybody else', async () => {
    const [a, b] = await server.crowd(2);
    scene.connect('peer_packet', (id: number) => scene.disconnect_peer(id));
    say(b, ...toAll(5));
    await server.play(() => server.events.length > 0, 'a packet');
    await server.settle();
    expect(server.events).toEqual([['packet', b.id, '00']]);
    expect(wire(a.raw)).toBe(`82080703${b.hex}030082060702${b.hex}`);
    expect(server.game.reports.errors).toEqual([]);
  });

  it('between arriving and poll: nothing that waits is handed over', async () => {
    const [a, b] = await server.crowd(2);
    say(b, ...toAll(3));
    await until(() => {
      server.peer.poll();
      return server.peer.get_available_packet_count() === 3;
    }, 'three packets');
    scene.disconnect_peer(b.id);
    await server.settle();
    expect(server.events).toEqual([]);
    expect(wire(a.raw)).toBe(`82060702${b.hex}`);
  });

  it('in peer_connected: it is not there, and the others hear of both', async () => {
    const [a] = await server.crowd(1);
    scene.connect('peer_connected', (id: number) => {
      scene.disconnect_peer(id);
      server.events.push([[...scene.get_peers()], scene.send_bytes(bytes(1), id)]);
    });
    const b = await server.join();
    expect(server.events).toEqual([
      ['connected', b.id],
      [[a.id], ERR_BUG],
    ]);
    expect(await server.got(a, 16)).toBe(`82060701${b.hex}82060702${b.hex}`);
  });

  it('in peer_disconnected of another: nobody is told of the second', async () => {
    const [a, b, c] = await server.crowd(3);
    scene.connect('peer_disconnected', () => scene.disconnect_peer(b.id));
    sayGoodbye(a);
    await server.play(() => server.events.length > 0, 'leaving');
    await server.settle();
    expect(server.events).toEqual([['disconnected', a.id]]);
    expect([...scene.get_peers()]).toEqual([c.id]);
    expect(wire(c.raw)).toBe(`82060702${a.hex}82060702${b.hex}`);
  });

  it('of a stranger, and without a connection, says so and changes nothing', async () => {
    const [a] = await server.crowd(1);
    scene.disconnect_peer(99);
    expect([...scene.get_peers()]).toEqual([a.id]);
    server.peer.close();
    scene.disconnect_peer(a.id);
    expect(server.game.reports.errors).toEqual([
      'disconnect_peer: there is no peer 99',
      'disconnect_peer: not connected',
    ]);
  });

  it('by force at the transport leaves no ghost either', async () => {
    const [a, b] = await server.crowd(2);
    say(b, ...toAll(2));
    await until(() => {
      server.peer.poll();
      return server.peer.get_available_packet_count() === 2;
    }, 'two packets');
    server.peer.disconnect_peer(b.id, true);
    expect([...scene.get_peers()]).toEqual([a.id]);
    expect(await server.got(a, 8)).toBe(`82060702${b.hex}`);
    await server.settle();
    expect([server.events, a.raw.received.length]).toEqual([[], 0]);
    const said = server.game.reports.errors.filter((message) => message.includes('is not let in'));
    expect(said).toHaveLength(1); // two are equal, and said once
  });
});

describe('a refused candidate', () => {
  const sayFive = (guest: Guest): void => say(guest, ...Array.from({ length: 5 }, (_, i) => `07000${i}`), '03aa');

  it.each<[string, (id: number) => void]>([
    ['disconnect_peer', (id) => scene.disconnect_peer(id)],
    ['clear', () => scene.clear()],
    ['no transport', () => scene.set_multiplayer_peer(null)],
    ['close', () => server.peer.close()],
  ])('is heard once: %s', async (_, refuse) => {
    const asked: number[] = [];
    scene.auth_callback = (id, data) => {
      asked.push(data[0]);
      refuse(id);
      expect(scene.get_authenticating_peers()).toHaveLength(0);
      expect(scene.send_auth(id, bytes(1))).toBeGreaterThan(0);
      expect(scene.complete_auth(id)).toBeGreaterThan(0);
    };
    const a = await server.join();
    sayFive(a);
    await server.play(() => asked.length > 0, 'a word');
    await server.settle();
    expect(asked).toEqual([0]);
    expect(server.events.filter((event) => (event as unknown[])[0] !== 'over')).toEqual([['authenticating', a.id]]);
    expect(scene.get_peers()).toHaveLength(0);
  });

  it('is told of by peer_authentication_failed when it is too slow; the handler may forget all', async () => {
    scene.auth_callback = () => {};
    const [a] = [await server.join(), await server.join()];
    scene.connect('peer_authentication_failed', (id: number) => {
      expect([...scene.get_authenticating_peers()]).not.toContain(id);
      expect(server.peer.get_peer(id)).not.toBeNull();
      scene.clear();
    });
    scene.auth_timeout = 0.001;
    server.events = [];
    await server.play(() => server.events.length > 0, 'the failure');
    await server.settle();
    expect(server.events).toEqual([['failed', a.id]]);
    const c = await server.join(); // the alarm rings for newcomers, too
    await server.play(() => server.events.length === 3, 'the failure');
    expect(server.events.slice(1)).toEqual([
      ['authenticating', c.id],
      ['failed', c.id],
    ]);
  });

  it('is not known any more when the connection has ended', async () => {
    scene.auth_callback = () => {};
    const a = await server.join();
    server.peer.close();
    expect([scene.send_auth(a.id, bytes(1)), scene.complete_auth(a.id)]).toEqual([3, 3]);
    expect(scene.get_authenticating_peers()).toHaveLength(0);
  });
});

describe('clear', () => {
  it('forgets everybody at once, and what they have sent', async () => {
    const [a, b] = await server.crowd(2);
    scene.connect('peer_packet', () => scene.clear());
    say(a, ...toAll(3));
    await server.play(() => server.events.length > 0, 'a packet');
    await server.settle();
    expect(server.events).toEqual([['packet', a.id, '00']]);
    expect([scene.get_peers().length, scene.send_bytes(bytes(1), b.id), scene.send_bytes(bytes(1), 0)]).toEqual([
      0,
      ERR_BUG,
      OK,
    ]);
    await server.settle();
    expect([wire(a.raw), wire(b.raw)]).toEqual(['', `82080703${a.hex}0300`]);
  });
});

describe('a callback that polls', () => {
  it('finds its own sender afterwards', async () => {
    const [a, b] = await server.crowd(2);
    const senders: number[] = [];
    scene.connect('peer_packet', () => {
      scene.poll();
      senders.push(scene.get_remote_sender_id());
    });
    say(a, '0301', '0302');
    say(b, '0303');
    await server.play(() => senders.length === 3, 'three packets');
    expect(senders.sort()).toEqual([a.id, a.id, b.id].sort());
    expect(scene.get_remote_sender_id()).toBe(0);
  });
});

describe('server_relay while peers are connected', () => {
  it('counts from now on, and whoever was told of a peer is told that it is gone', async () => {
    const [a, b] = await server.crowd(2);
    scene.server_relay = false;
    expect(scene.server_relay).toBe(false);
    say(a, `0703${b.hex}0301`);
    await server.settle();
    scene.server_relay = true;
    say(a, `0703${b.hex}0302`);
    expect(await server.got(b, 10)).toBe(`82080703${a.hex}0302`);
    scene.server_relay = false;
    scene.disconnect_peer(b.id);
    expect(await server.got(a, 8)).toBe(`82060702${b.hex}`);
    scene.clear();
    const [c, d] = [await server.join(), await server.join()]; // they have never heard of each other
    await server.settle();
    d.raw.take();
    scene.disconnect_peer(c.id);
    await server.settle();
    expect(wire(d.raw)).toBe('');
  });
});

describe('a transport used again', () => {
  it('closed and served again without a poll between: no ghosts, and the end is told', async () => {
    const [a] = await server.crowd(1);
    server.peer.close();
    expect(scene.get_peers()).toHaveLength(0);
    expect(server.peer.create_server(0, '127.0.0.1')).toBe(OK);
    scene.poll();
    expect(server.events).toEqual([['over']]);
    const b = await server.join();
    expect([...scene.get_peers()]).toEqual([b.id]);
    expect(scene.send_bytes(bytes(1), a.id)).toBe(ERR_BUG);
  });

  it('set again after that: nothing of the former life is told', async () => {
    await server.crowd(1);
    server.peer.close();
    scene.multiplayer_peer = server.peer; // it is not connected: refused, and nothing changes
    expect(server.peer.create_server(0, '127.0.0.1')).toBe(OK);
    scene.multiplayer_peer = server.peer;
    const b = await server.join();
    expect(server.events).toEqual([['connected', b.id]]);
  });

  it('polled by the game itself: the end is told before the newcomer', async () => {
    await server.crowd(1);
    server.peer.close();
    server.peer.create_server(0, '127.0.0.1');
    const raw = await server.game.rawClient(server.peer.get_local_port());
    raw.sendRequest();
    await until(() => {
      server.peer.poll();
      return server.events.length === 2;
    }, 'joining');
    scene.poll();
    expect(server.events.map((event) => (event as unknown[])[0])).toEqual(['over', 'connected']);
    expect(scene.get_peers()).toHaveLength(1);
  });

  it('taken away and set again: those who are on it still are strangers', async () => {
    const [a, b] = await server.crowd(2);
    scene.multiplayer_peer = null;
    scene.multiplayer_peer = server.peer;
    say(a, ...toAll(1));
    await server.settle();
    expect([scene.get_peers().length, server.events]).toEqual([0, []]);
    const c = await server.join();
    expect([...scene.get_peers()]).toEqual([c.id]);
    expect(scene.send_bytes(bytes(1), 0)).toBe(OK);
    await server.got(c, 4);
    expect([wire(a.raw), wire(b.raw)]).toEqual(['', '']); // nothing for all goes to strangers
  });

  it('taken away at the first of three packets: the others wait in the transport', async () => {
    const [a] = await server.crowd(1);
    say(a, ...toAll(3));
    await until(() => {
      server.peer.poll();
      return server.peer.get_available_packet_count() === 3;
    }, 'three packets');
    scene.connect('peer_packet', () => scene.set_multiplayer_peer(null));
    scene.poll();
    expect([server.events.length, server.peer.get_available_packet_count()]).toEqual([1, 2]);
  });

  it('taken away inside its own signal: nobody is let in', async () => {
    const peer = server.game.member();
    const late = new SceneMultiplayer();
    const seen: string[] = [];
    late.connect('peer_connected', () => seen.push('connected'));
    peer.connect('peer_connected', () => {
      late.multiplayer_peer = null; // the scene's own listener is called all the same, after this one
      seen.push('taken away');
    });
    peer.create_server(0, '127.0.0.1');
    late.multiplayer_peer = peer;
    (await server.game.rawClient(peer.get_local_port())).sendRequest();
    await server.game.play(() => seen.length > 0, 'joining', peer);
    expect([seen, late.get_peers().length]).toEqual([['taken away'], 0]);
  });
});

describe('a client', () => {
  const client = async (
    peer: WebSocketMultiplayerPeer = server.game.guest(server.peer),
  ): Promise<{ us: SceneMultiplayer; log: unknown[] }> => {
    const us = new SceneMultiplayer();
    const log: unknown[] = [];
    us.multiplayer_peer = peer;
    for (const signal of ['connected_to_server', 'server_disconnected'] as const)
      us.connect(signal, () => log.push(signal));
    us.connect('peer_connected', (id: number) => log.push(['connected', id]));
    us.connect('peer_disconnected', (id: number) => log.push(['disconnected', id]));
    us.connect('peer_packet', (id: number, packet: Uint8Array) => log.push(['packet', id, packet[0]]));
    server.game.atEnd(() => us.free());
    return { us, log };
  };
  const play = (us: SceneMultiplayer, condition: () => boolean, what: string): Promise<void> =>
    server.play(() => {
      us.poll();
      return condition();
    }, what);

  it('parts with the server: it is a stranger at once, and only the end is told', async () => {
    const { us, log } = await client();
    await play(us, () => us.get_peers().length === 1, 'joining');
    log.length = 0;
    scene.send_bytes(bytes(1), us.get_unique_id());
    us.disconnect_peer(1);
    expect([us.get_peers().length, us.send_bytes(bytes(1), 1)]).toEqual([0, ERR_BUG]);
    await play(us, () => log.length > 0, 'the end');
    expect(log).toEqual(['server_disconnected']);
  });

  it('whose transport leaves by force has nobody, and hears of the end', async () => {
    const peer = server.game.guest(server.peer);
    const { us, log } = await client(peer);
    await play(us, () => us.get_peers().length === 1, 'joining');
    log.length = 0;
    peer.disconnect_peer(1, true);
    expect(us.get_peers()).toHaveLength(0);
    expect(peer.create_client(`ws://127.0.0.1:${server.peer.get_local_port()}`)).toBe(OK);
    await play(us, () => us.get_peers().length === 1, 'joining again');
    expect(log).toEqual(['server_disconnected', 'connected_to_server', ['connected', 1]]);
  });

  it('parts with another client: it hears of it and speaks to it no more, until the server tells of it again', async () => {
    const { client: peer, raw } = await server.game.rawHost(bytes(9, 0, 0, 0));
    const { us, log } = await client(peer);
    const [added, gone, relayed, direct] = [`0701${le(77)}`, `0702${le(77)}`, `0703${le(77)}0305`, '0306'];
    const tell = async (...hexes: string[]): Promise<unknown[]> => {
      log.length = 0;
      raw.send(...[...hexes, direct].map((hex) => serverFrame(new Uint8Array(Buffer.from(hex, 'hex')))));
      await until(() => {
        us.poll();
        return String(log.at(-1)) === 'packet,1,6';
      }, 'the last packet');
      return log.slice(0, -1);
    };
    await tell(added);
    us.disconnect_peer(77);
    expect([[...us.get_peers()], us.send_bytes(bytes(1), 77)]).toEqual([[1], ERR_BUG]);
    expect(await tell(relayed)).toEqual([]);
    expect(await tell(added, relayed)).toEqual([
      ['connected', 77],
      ['packet', 77, 5],
    ]);
    us.disconnect_peer(77);
    expect(await tell(gone)).toEqual([]);
    expect(us.send_bytes(bytes(1), 77)).toBe(OK); // a stranger as any other: the server knows
    await tell(added);
    us.disconnect_peer(77);
    us.clear();
    expect(us.send_bytes(bytes(1), 77)).toBe(OK);
  });

  it('forgets all inside connected_to_server: nobody is told to be there who is not', async () => {
    const { us, log } = await client();
    us.connect('connected_to_server', () => us.clear());
    await play(us, () => log.length > 0, 'joining');
    expect([log, us.get_peers().length]).toEqual([['connected_to_server'], 0]);
  });

  it('without relay knows the server only', async () => {
    const { us } = await client();
    us.server_relay = false;
    await play(us, () => us.get_peers().length === 1, 'joining');
    expect([us.send_bytes(bytes(1), 99), us.send_bytes(bytes(1), 1), us.send_bytes(bytes(1), 0)]).toEqual([
      ERR_BUG,
      OK,
      OK,
    ]);
  });
});

describe('without a connection', () => {
  const answers = (one: SceneMultiplayer): unknown[] => [
    one.has_multiplayer_peer(),
    one.is_server(),
    one.get_unique_id(),
    one.poll(),
    one.get_peers().length,
    ...[0, 1, 5, -5].map((id) => one.send_bytes(bytes(1), id)),
    one.send_bytes(bytes()),
    one.send_auth(5, bytes(1)),
    one.complete_auth(5),
  ];
  const ALONE = [true, true, 1, OK, 0, OK, ERR_BUG, ERR_BUG, OK, 30, 31, 31];

  it('a fresh object answers as the engine: it is the server of nobody', () => {
    const fresh = new SceneMultiplayer();
    expect(fresh.multiplayer_peer).toBeInstanceOf(OfflineMultiplayerPeer);
    expect(answers(fresh)).toEqual(ALONE);
    fresh.refuse_new_connections = true;
    expect([fresh.refuse_new_connections, fresh.get_remote_sender_id()]).toEqual([true, 0]);
    fresh.disconnect_peer(5);
    fresh.clear();
    expect(fresh.multiplayer_peer).toBeInstanceOf(OfflineMultiplayerPeer);
  });

  it('null is nobody, and poll is OK', () => {
    const none = new SceneMultiplayer();
    none.multiplayer_peer = null;
    expect(answers(none)).toEqual([false, false, 0, OK, 0, 3, 3, 3, 3, 30, 3, 3]);
    expect(none.refuse_new_connections).toBe(false);
    expect(server.game.reports.errors).toContain('get_unique_id: there is no multiplayer_peer');
  });

  it('an OfflineMultiplayerPeer is always connected, and takes everything to nowhere', () => {
    const peer = new OfflineMultiplayerPeer();
    const state = (): unknown[] => [
      [peer.get_connection_status(), peer.get_unique_id(), peer.get_available_packet_count(), peer.get_packet_peer()],
      [peer.get_packet_channel(), peer.get_packet_mode(), peer.is_server_relay_supported()],
      [[...peer.get_packet()], peer.get_packet_error(), peer.put_packet(bytes(1)), peer.put_var(5)],
    ];
    const expected = [
      [2, 1, 0, 0],
      [0, 2, false],
      [[], OK, OK, OK],
    ];
    expect(state()).toEqual(expected);
    peer.set_target_peer(7);
    peer.poll();
    peer.disconnect_peer(4);
    peer.disconnect_peer(1, true);
    peer.close();
    expect([state(), peer.get_var()]).toEqual([expected, null]);
    const again = new SceneMultiplayer();
    again.multiplayer_peer = null;
    again.multiplayer_peer = peer;
    expect(answers(again)).toEqual(ALONE);
  });
});
