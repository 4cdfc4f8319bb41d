// Every record of the engine's WebSocketMultiplayerPeer, one situation after the other. Where this package differs, the
// record's place says by which rule.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ERR_INVALID_PARAMETER } from '../../../host/binding/errors.js';
import { WebSocketMultiplayerPeer } from '../../../host/godot4/multiplayer/web-socket-multiplayer-peer.js';
import { WebSocketPeer } from '../../../host/godot4/websocket/web-socket-peer.js';
import { TLSOptions } from '../../../host/index.js';
import { pause } from '../../helpers/game.js';
import { goldenRecord, shown, Unjudged } from '../../helpers/game-records.js';
import { bytes, clientFrame, MultiplayerGame, serverFrame, wire } from '../../helpers/multiplayer.js';
import type { RawPeer } from '../../helpers/raw-peer.js';
import { frame, OP } from '../../helpers/raw-peer-frames.js';

const LINGERS = 'what was sent leaves first, then the close frame, within the close timeout';

/** As a StreamPeerTCP of the other side would have it. */
const tcpStatus = (raw: RawPeer): number => (raw.hasEnded ? 0 : 2);

let game: MultiplayerGame;
beforeEach(() => {
  game = new MultiplayerGame();
});
afterEach(() => game.end());

describe('a fresh peer', () => {
  it('answers as the engine does', () => {
    const peer = game.member();
    const values = [2, 0, false, 3, 65535, 65535, 4096, 8388608];
    game.note('mp.fresh.put', peer, peer.put_packet(bytes(1)));
    game.note('mp.fresh.get', peer, shown(peer.get_packet()));
    game.note('mp.fresh.get_err', peer, peer.get_packet_error());
    game.note('mp.fresh.packet_peer', peer, peer.get_packet_peer());
    game.note('mp.fresh.channel', peer, [peer.get_packet_channel(), peer.get_packet_mode()]);
    game.note('mp.fresh.get_peer', peer, peer.get_peer(1), { returned: null });
    game.note('mp.fresh.addr', peer, peer.get_peer_address(1));
    game.note('mp.fresh.close', peer, shown(peer.close()));
    const { transfer_mode, transfer_channel, refuse_new_connections, handshake_timeout } = peer;
    const { inbound_buffer_size, outbound_buffer_size, max_queued_packets, encode_buffer_max_size } = peer;
    const defaults = [transfer_mode, transfer_channel, refuse_new_connections, handshake_timeout];
    defaults.push(inbound_buffer_size, outbound_buffer_size, max_queued_packets, encode_buffer_max_size);
    expect(defaults).toEqual(values);
    game.note('mp.fresh.defaults', peer, defaults);
    game.note('mp.base.defaults', peer, [
      encode_buffer_max_size,
      refuse_new_connections,
      transfer_mode,
      transfer_channel,
    ]);
  });

  it.each([0, -1, 0.5, 0.0005])('handshake_timeout = %d', (timeout) => {
    const peer = game.member();
    peer.handshake_timeout = timeout;
    const id = `mp.handshake_timeout=${Number.isInteger(timeout) ? timeout.toFixed(1) : timeout}`;
    game.note(id, peer, peer.handshake_timeout);
  });

  it('keeps any channel and mode', () => {
    const peer = game.member();
    peer.transfer_channel = -4;
    peer.transfer_mode = WebSocketMultiplayerPeer.TRANSFER_MODE_UNRELIABLE;
    game.note('mp.transfer', peer, [peer.get_transfer_channel(), peer.get_transfer_mode()]);
  });

  it('draws ids that a peer can have', () => {
    const peer = game.member();
    const ids = Array.from({ length: 1000 }, () => peer.generate_unique_id());
    const distinct = new Set(ids).size;
    expect(distinct).toBeGreaterThan(997);
    const inRange = [ids.every((id) => id >= 2), ids.every((id) => id <= 0x7fffffff)];
    game.note('mp.generate_unique_id', peer, [...inRange, distinct > 997 ? 1000 : distinct]);
  });
});

describe('a server', () => {
  it('starts, or says why not', async () => {
    const bad = game.member();
    game.note('mp.server.badbind', bad, bad.create_server(0, 'nonsense'));
    game.note('mp.server.bind_hostname', bad, bad.create_server(0, 'localhost'));
    const server = game.member();
    game.note('mp.server.port0', server, server.create_server(0, '127.0.0.1'));
    game.note('mp.server.client_too', server, server.create_client('ws://127.0.0.1:9'));
    const second = game.member();
    game.note('mp.server.port_in_use', second, second.create_server(server.get_local_port(), '127.0.0.1'), {
      because: 'a server that does not listen says why',
      errors_printed: 1,
    });
    const nowhere = game.member();
    game.note('mp.server.port-1', nowhere, nowhere.create_server(-1, '127.0.0.1'), {
      because: 'a port that there is not is refused, not cut to 16 bits',
      returned: ERR_INVALID_PARAMETER,
      errors_printed: 1,
      state_after: 'DISCONNECTED',
      unique_id: 0,
    });
  });

  it('sends to nobody, and to nobody known', () => {
    const server = game.host();
    game.note('mp.server.put_nobody', server, server.put_packet(bytes(1)));
    server.set_target_peer(5);
    game.note('mp.server.put_unknown', server, server.put_packet(bytes(1)));
    game.note('mp.server.get_empty', server, shown(server.get_packet()));
    game.note('mp.server.get_peer1', server, server.get_peer(1), { returned: null });
  });

  it('tells a newcomer its id and nothing else, and nobody of the newcomer', async () => {
    const server = game.host();
    const raw = await game.rawClient(server.get_local_port());
    raw.sendRequest();
    let head: Uint8Array | null = null;
    await game.play(
      () => {
        head ??= raw.takeHead();
        return head !== null && raw.received.length >= 6;
      },
      'the id',
      server,
    );
    const [[, id]] = game.signals;
    const message = Buffer.from(wire(raw), 'hex');
    expect([message.subarray(0, 2).toString('hex'), message.readInt32LE(2)]).toEqual(['8204', id]);
    const http = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n';
    const accept = 'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n';
    const text = Buffer.from(head as unknown as Uint8Array).toString();
    expect(text).toBe(http + accept);
    const { frames_hex } = goldenRecord('mp.server.accept.wire').returned as { frames_hex: string };
    const ofRecord = message.toString('hex').replace(/^8204.{8}/, frames_hex); // its id is another one
    game.note('mp.server.accept.wire', server, { http: text, frames_hex: ofRecord });
    const peer = server.get_peer(id) as WebSocketPeer;
    const state = peer.get_ready_state();
    const isItsPort = server.get_peer_port(id) === raw.socket.localPort;
    const isPeer = peer instanceof WebSocketPeer ? 'WebSocketPeer' : '';
    game.note('mp.server.peer_obj', server, [isPeer, state, server.get_peer_address(id), isItsPort]);
    await game.rawGuest(server);
    game.note('mp.server.second', server, wire(raw));
  });

  it('sends to all, to one, to all but one', async () => {
    const server = game.host();
    const [c1, c2] = [await game.rawGuest(server), await game.rawGuest(server)];
    game.quiet();
    const put = async (id: string, target: number, data: Uint8Array, got: [string, string], errors?: number) => {
      server.set_target_peer(target);
      const returned = server.put_packet(data);
      await game.play(() => c1.raw.received.length * 2 >= got[0].length, 'frames', server);
      await game.play(() => c2.raw.received.length * 2 >= got[1].length, 'frames', server);
      await pause(5);
      expect([wire(c1.raw), wire(c2.raw)]).toEqual(got);
      game.note(id, server, returned, errors === undefined ? {} : { errors_printed: errors });
    };
    await put('mp.server.broadcast', 0, bytes(1, 2, 3), ['8203010203', '8203010203']);
    await put('mp.server.target1', c1.id, bytes(4), ['820104', '']);
    await put('mp.server.exclude1', -c1.id, bytes(5), ['', '820105']);
    await put('mp.server.target_self', 1, bytes(7), ['', '']);
    await put('mp.server.put_empty', 0, bytes(), ['', '']);
    await put('mp.server.put_too_big', 0, new Uint8Array(65536), ['', '']);
    await put('mp.server.put_too_big_target', c1.id, new Uint8Array(65536), ['', '']);
    server.set_target_peer(0);
    game.note('mp.server.put_var', server, server.put_var(7));
    await game.play(() => c1.raw.received.length >= 10, 'a variable', server);
    expect(wire(c1.raw)).toBe('82080200000007000000');
    server.transfer_mode = WebSocketMultiplayerPeer.TRANSFER_MODE_UNRELIABLE;
    server.transfer_channel = 3;
    server.put_packet(bytes(0x61));
    await game.play(() => c1.raw.received.length >= 3, 'a packet', server);
    game.note('mp.server.unreliable', server, wire(c1.raw));
  });

  it('receives from all, in order, with the source', async () => {
    const server = game.host();
    const [c1, c2] = [await game.rawGuest(server), await game.rawGuest(server)];
    game.quiet();
    c1.raw.send(clientFrame(bytes(0xaa)), clientFrame('txt', OP.TEXT));
    await game.play(() => server.get_available_packet_count() === 2, 'two packets', server);
    c2.raw.send(clientFrame('aaa'));
    await game.play(() => server.get_available_packet_count() === 3, 'three packets', server);
    const sources = [];
    while (server.get_available_packet_count() > 0) {
      const [source, mode, channel] = [server.get_packet_peer(), server.get_packet_mode(), server.get_packet_channel()];
      const packet = Buffer.from(server.get_packet());
      const data = packet.length === 1 ? packet.toString('hex') : packet.toString();
      sources.push([source === c1.id ? 'c1' : 'c2', data, mode, channel]);
    }
    game.note('mp.server.recv', server, sources);
    c1.raw.send(clientFrame(bytes(1)), clientFrame(bytes()), clientFrame(bytes(2, 2)));
    await game.play(() => server.get_available_packet_count() === 1, 'what precedes the empty one', server);
    const before = server.get_available_packet_count();
    server.poll();
    game.note('mp.server.recv_empty_msg', server, [before, server.get_available_packet_count()]);
  });

  it('keeps the packets of one who has left', async () => {
    const server = game.host();
    const { raw, id } = await game.rawGuest(server);
    raw.send(clientFrame('a'), frame(OP.CLOSE, bytes(3, 0xe8), { masked: true }));
    game.quiet();
    await game.play(() => game.signals.length > 0, 'leaving', server);
    game.quiet();
    game.note('mp.server.client_closed.peer', server, server.get_packet_peer() === id);
    game.note('mp.server.client_closed.get', server, shown(server.get_packet()));
    game.note('mp.server.client_closed.get_peer', server, server.get_peer(id), { returned: null });
  });

  it('parts with a peer, in two ways', async () => {
    const server = game.host();
    const [c1, c2] = [await game.rawGuest(server), await game.rawGuest(server)];
    game.quiet();
    server.disconnect_peer(c2.id);
    await game.play(() => c2.raw.received.length >= 4, 'a close frame');
    game.note('mp.server.disconnect_peer.now', server, wire(c2.raw));
    server.poll();
    game.note('mp.server.disconnect_peer.poll', server, tcpStatus(c2.raw), { returned: 2, because: LINGERS });
    c2.raw.send(frame(OP.CLOSE, bytes(3, 0xe8), { masked: true }));
    await game.play(() => c2.raw.hasEnded, 'the end'); // nobody polls for it
    server.disconnect_peer(c1.id, true);
    await game.play(() => c1.raw.received.length >= 4, 'a close frame');
    const parted = { wire: wire(c1.raw), tcp_open: !c1.raw.hasEnded };
    const differs = { returned: { wire: '880203e8', tcp_open: true }, because: LINGERS };
    game.note('mp.server.disconnect_force', server, parted, differs);
    server.poll();
    game.note('mp.server.disconnect_force.poll', server, null);
  });

  it('keeps newcomers waiting while it refuses, and lets them in afterwards', async () => {
    const server = game.host();
    server.refuse_new_connections = true;
    const raw = await game.rawClient(server.get_local_port());
    raw.sendRequest();
    for (let turn = 0; turn < 10; turn += 1) {
      server.poll();
      await pause();
    }
    game.note('mp.server.refuse', server, raw.received.length);
    game.note('mp.server.refuse.tcp', server, tcpStatus(raw));
    server.refuse_new_connections = false;
    await game.play(() => game.signals.length > 0, 'joining', server);
    await game.play(() => raw.received.length > 0, 'the answer');
    game.note('mp.server.unrefuse', server, raw.takeHead() !== null);
    raw.end();
    await game.play(() => game.signals.length > 0, 'leaving', server);
    game.note('mp.server.client_fin', server, null);
  });

  it('drops who was let in before it began to refuse, after the answer', async () => {
    const server = game.host();
    const raw = await game.rawClient(server.get_local_port());
    for (let turn = 0; turn < 5; turn += 1) {
      server.poll();
      await pause();
    }
    server.refuse_new_connections = true;
    raw.sendRequest();
    await game.play(() => raw.hasEnded, 'the end', server);
    expect(raw.takeHead()).not.toBeNull();
    game.note('mp.server.refuse_pending', server, wire(raw));
  });

  it('ends without a word', async () => {
    const server = game.host();
    const { raw } = await game.rawGuest(server);
    game.quiet();
    server.close();
    await game.play(() => raw.hasEnded, 'the end');
    game.note('mp.server.close', server, { wire: wire(raw), tcp_open: !raw.hasEnded });
  });

  it('takes all who wait at once', async () => {
    const server = game.host();
    for (let i = 0; i < 5; i += 1) (await game.rawClient(server.get_local_port())).sendRequest();
    await pause(20);
    const polls = [];
    while (game.signals.length < 5) {
      server.poll();
      polls.push(game.signals.length);
      await pause();
    }
    expect(polls.length).toBeLessThan(9);
    game.note('mp.server.accept_rate', server, new Unjudged('all that wait: which poll sees them, the network says'));
  });
});

describe('a client', () => {
  it('begins, or says why not', async () => {
    const bad = game.member();
    game.note('mp.client.bad_url', bad, bad.create_client(''));
    game.note('mp.client.http', bad, bad.create_client('http://127.0.0.1'));
    game.note('mp.client.server_tls', bad, bad.create_client('wss://127.0.0.1', TLSOptions.server(null, null)));
    const listener = await game.rawServer();
    const dead = game.member();
    const server = await game.rawServer();
    const port = server.port;
    server.close();
    game.note('mp.client.dead', dead, dead.create_client(`ws://127.0.0.1:${port}`));
    await game.play(() => dead.get_connection_status() === 0, 'the failure', dead);
    const because = 'a failure to connect is reported in one line with URL, stage and cause';
    game.note('mp.client.dead.poll', dead, null, { because, errors_printed: 1 });
    const client = game.member();
    game.note('mp.client.ok', client, client.create_client(`ws://127.0.0.1:${listener.port}`));
    game.note('mp.client.again', client, client.create_client(`ws://127.0.0.1:${listener.port}`));
    game.note('mp.client.put_connecting', client, client.put_packet(bytes(1)));
    const peer = client.get_peer(1) instanceof WebSocketPeer ? 'WebSocketPeer' : '';
    game.note('mp.client.get_peer1_connecting', client, peer);
  });

  it('asks for what it was told', async () => {
    const { client, request } = await game.rawHost(null, (peer) => {
      peer.supported_protocols = ['p1'];
      peer.handshake_headers = ['X-A: 1'];
    });
    const lines = (text: string): string[] =>
      text.split('\r\n').filter((line) => !/^(Sec-WebSocket-Key|Host)/.test(line));
    const recorded = 'GET / HTTP/1.1|Upgrade: websocket|Connection: Upgrade|Sec-WebSocket-Version: 13';
    expect(lines(request)).toEqual([...recorded.split('|'), 'Sec-WebSocket-Protocol: p1', 'X-A: 1', '', '']);
    const ofRecord = (goldenRecord('mp.client.request').returned as string).match(/Key: .*/)?.[0] as string;
    const whole = request.replace(/(Host: 127.0.0.1:)\d+/, '$1PORT').replace(/Key: .*/, ofRecord);
    game.note('mp.client.request', client, whole);
  });

  it('has an id, receives and sends', async () => {
    const { client, raw } = await game.rawHost(bytes(0x78, 0x56, 0x34, 0x12));
    raw.send(serverFrame(bytes(1)), serverFrame(bytes(2)));
    await game.play(() => client.get_available_packet_count() === 2, 'two packets', client);
    game.note('mp.client.id', client, client.get_unique_id());
    game.note('mp.client.packet_peer', client, client.get_packet_peer());
    client.get_packet();
    for (const target of [0, 1, 5, -305419896]) {
      client.set_target_peer(target);
      game.note(`mp.client.put_target${target}`, client, client.put_packet(bytes(9)));
      await game.play(() => raw.received.length >= 7, 'a frame', client);
      expect(raw.takeFrames().map(({ payload }) => [...payload])).toEqual([[9]]);
    }
    game.note('mp.client.put_big', client, client.put_packet(new Uint8Array(65536)));
    raw.send(serverFrame(bytes()), serverFrame(bytes(1, 2, 3)));
    await game.play(() => game.reports.errors.length > 0, 'the empty one', client);
    game.note('mp.client.recv_empty_msg', client, client.get_available_packet_count());
    client.poll();
    game.note('mp.client.recv_empty_msg2', client, client.get_available_packet_count());
    raw.send(frame(OP.CLOSE, bytes(3, 0xe8)));
    await game.play(() => client.get_connection_status() === 0, 'the end', client);
    game.note('mp.client.server_closed', client, null);
    game.note('mp.client.server_closed.get', client, shown(client.get_packet()));
  });

  const BAD_IDS: [string, Uint8Array][] = [
    ['3bytes', bytes(1, 0, 0)],
    ['5bytes', bytes(0x61, 0x61, 0x61, 0x61, 0x61)],
    ['id0', bytes(0, 0, 0, 0)],
    ['id1', bytes(1, 0, 0, 0)],
    ['idneg', bytes(0xff, 0xff, 0xff, 0xff)],
    ['empty', bytes()],
  ];
  it.each(BAD_IDS)('does not join with a first message that is no id: %s', async (name, message) => {
    const { client, raw } = await game.rawHost(message);
    await game.play(() => raw.received.length >= 8, 'a close frame', client);
    const close = raw.take();
    const id = `mp.client.badid.${name}`;
    if (!['id1', 'idneg'].includes(name)) {
      game.note(id, client, {
        wire_reply_bytes: close.length,
        first: Buffer.from(close.subarray(0, 2)).toString('hex'),
      });
    }
    game.quiet();
    raw.send(frame(OP.CLOSE, bytes(3, 0xe8)));
    await game.play(() => client.get_connection_status() === 0, 'the end', client);
    game.note(`${id}.after_close`, client, null);
  });

  it('joins with the id 2', async () => {
    const { client, raw } = await game.rawHost(bytes(2, 0, 0, 0));
    await game.play(() => client.get_connection_status() === 2, 'joining', client);
    game.note('mp.client.badid.id2', client, { wire_reply_bytes: raw.received.length, first: '' });
    raw.send(frame(OP.CLOSE, bytes(3, 0xe8)));
    await game.play(() => client.get_connection_status() === 0, 'the end', client);
    game.note('mp.client.badid.id2.after_close', client, null);
  });

  it('does not wait for ever, for the answer or for its id', async () => {
    const quick = (peer: WebSocketMultiplayerPeer): void => {
      peer.handshake_timeout = 0.5;
    };
    const { client } = await game.rawHost(null, quick);
    await game.play(() => client.get_connection_status() === 0, 'the end', client);
    const because = 'handshake_timeout covers the wait for the id';
    game.note('mp.client.no_id_timeout', client, null, { state_after: 'DISCONNECTED', errors_printed: 1, because });
    const server = await game.rawServer();
    const other = game.member();
    quick(other);
    other.create_client(`ws://127.0.0.1:${server.port}`);
    await game.play(() => other.get_connection_status() === 0, 'the end', other);
    game.note('mp.client.handshake_timeout', other, new Unjudged('how long it takes is the clock’s'), {
      because: 'a timeout is reported',
      errors_printed: 1,
    });
  });

  it('parts with the server, in two ways', async () => {
    const { client, raw } = await game.rawHost(bytes(9, 0, 0, 0));
    await game.play(() => client.get_connection_status() === 2, 'joining', client);
    game.quiet();
    client.disconnect_peer(2);
    game.note('mp.client.disconnect_unknown', client, null);
    client.disconnect_peer(1);
    await game.play(() => raw.received.length >= 8, 'a close frame');
    const sent = { wire_bytes: raw.take().length, tcp_open: !raw.hasEnded };
    game.note('mp.client.disconnect_peer.force=false', client, sent);
    game.note('mp.client.disconnect_peer.put', client, client.put_packet(bytes(1)));
    raw.send(frame(OP.CLOSE, bytes(3, 0xe8)));
    await game.play(() => client.get_connection_status() === 0, 'the end', client);
    game.note('mp.client.disconnect_peer.answered', client, null);
    const second = await game.rawHost(bytes(9, 0, 0, 0));
    await game.play(() => second.client.get_connection_status() === 2, 'joining', second.client);
    game.quiet();
    second.client.disconnect_peer(1, true);
    await game.play(() => second.raw.received.length >= 8, 'a close frame');
    const id = 'mp.client.disconnect_peer.force=true';
    const parting = { wire_bytes: second.raw.take().length, tcp_open: !second.raw.hasEnded };
    game.note(id, second.client, parting, { returned: { wire_bytes: 8, tcp_open: true }, because: LINGERS });
    second.client.poll();
    game.note(`${id}.poll`, second.client, null);
    second.raw.send(frame(OP.CLOSE, bytes(3, 0xe8)));
    await game.play(() => second.raw.hasEnded, 'the end'); // nobody polls for it
  });

  it('ends without a word', async () => {
    const { client, raw } = await game.rawHost(bytes(9, 0, 0, 0));
    await game.play(() => client.get_connection_status() === 2, 'joining', client);
    game.quiet();
    client.close();
    await game.play(() => raw.hasEnded, 'the end');
    game.note('mp.client.close', client, wire(raw));
  });
});

describe('a server and two clients', () => {
  it('meet, talk and part', async () => {
    const server = game.host();
    const a = game.guest(server);
    await game.play(() => game.signals.length === 2, 'a', server, a);
    game.note('mp.pair.a_connected', a, server.get_peer(a.get_unique_id()) !== null);
    const b = game.guest(server);
    await game.play(() => game.signals.length === 2, 'b', server, a, b);
    game.note('mp.pair.b_connected', b, null);
    const [idA, idB] = [a.get_unique_id(), b.get_unique_id()];
    const put = (from: WebSocketMultiplayerPeer, target: number, text: string): void => {
      from.set_target_peer(target);
      from.put_packet(Buffer.from(text));
    };
    put(server, 0, 'srv-all');
    put(server, idA, 'srv-a');
    put(server, -idA, 'srv-not-a');
    put(a, 0, 'a-all');
    put(a, idB, 'a-to-b');
    b.set_target_peer(1);
    b.put_var({ k: 1 });
    const counts = (): string => [server, a, b].map((peer) => peer.get_available_packet_count()).join();
    await game.play(() => counts() === '3,2,2', 'all packets', server, a, b);
    const taken = (peer: WebSocketMultiplayerPeer): string[][] =>
      Array.from({ length: peer.get_available_packet_count() }, () => {
        const source = peer.get_packet_peer();
        const data = Buffer.from(peer.get_packet());
        const name = source === 1 ? 'server' : source === idA ? 'a' : 'b';
        return [name, name === 'b' ? data.toString('hex') : data.toString()];
      });
    const received = { sv: taken(server).sort(), a: taken(a), b: taken(b) };
    game.note('mp.pair.traffic', server, received);
    b.close();
    await game.play(() => game.signals.length === 1, 'b to be gone', server, a);
    game.note('mp.pair.b_close', server, null);
    server.disconnect_peer(idA);
    await game.play(() => game.signals.length === 2, 'a to be gone', server, a);
    game.note('mp.pair.kick_a', a, null);
  });
});

it('has a test for every record', () => {
  expect(MultiplayerGame.missing()).toEqual([]);
});
