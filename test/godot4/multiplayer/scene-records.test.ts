// The engine's records of SceneMultiplayer on a server with raw clients, and what no client may do there.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SceneMultiplayer } from '../../../host/godot4/multiplayer/scene-multiplayer.js';
import { until } from '../../helpers/game.js';
import { goldenRecord, recordIds } from '../../helpers/game-records.js';
import { bytes, type MultiplayerGame, serverFrame } from '../../helpers/multiplayer.js';
import { toHex } from '../../helpers/raw-peer-frames.js';
import { type Guest, le, SceneServer, say } from '../../helpers/scene-server.js';

let server: SceneServer;
let game: MultiplayerGame;
let scene: SceneMultiplayer;
let events: unknown[];

beforeEach(() => {
  server = new SceneServer();
  ({ game, scene, events } = server);
});
afterEach(() => server.end());

const join = (): Promise<Guest> => server.join();
const got = (guest: Guest, count: number): Promise<string> => server.got(guest, count);
const play = (condition: () => boolean, what: string): Promise<void> => server.play(condition, what);
const settle = (): Promise<void> => server.settle();

/** A record with the ids of its run in place of `c1` and `c2`. */
function recorded(id: string, c1: string, c2: string): unknown {
  const { id1_le, id2_le } = goldenRecord('mp.scene.c2_join').returned as Record<string, string>;
  const text = JSON.stringify(goldenRecord(id).returned).replaceAll(id1_le, c1).replaceAll(id2_le, c2);
  return JSON.parse(text);
}

describe('a SceneMultiplayer server', () => {
  it('does what the engine does, byte for byte', async () => {
    const c1 = await join();
    expect(await got(c1, 6)).toBe(recorded('mp.scene.c1_join', c1.hex, ''));
    const c2 = await join();
    const joined = { to_c1: await got(c1, 8), to_c2: await got(c2, 14), id1_le: c1.hex, id2_le: c2.hex };
    expect(joined).toEqual(recorded('mp.scene.c2_join', c1.hex, c2.hex));
    expect(events.splice(0)).toEqual([
      ['connected', c1.id],
      ['connected', c2.id],
    ]);
    expect([...scene.get_peers()]).toEqual([c1.id, c2.id]);
    say(c1, '03aabb');
    await play(() => events.length > 0, 'raw bytes');
    expect(events.splice(0)).toEqual([['packet', c1.id, 'aabb']]);
    say(c1, `0703${c2.hex}03cc`);
    expect(await got(c2, 10)).toBe(recorded('mp.scene.relay_to_c2', c1.hex, c2.hex));
    expect(events).toEqual([]);
    say(c1, '07030000000003dd');
    expect(await got(c2, 10)).toBe(recorded('mp.scene.relay_all', c1.hex, c2.hex));
    expect(events.splice(0)).toEqual([['packet', c1.id, 'dd']]);
    expect(scene.send_bytes(bytes(1, 2), 0)).toBe(0);
    expect(await got(c2, 5)).toBe(goldenRecord('mp.scene.send_bytes').returned);
    expect(await got(c1, 5)).toBe(goldenRecord('mp.scene.send_bytes').returned);
    c2.raw.end();
    expect(await got(c1, 8)).toBe(`82060702${c2.hex}`);
    expect(events.splice(0)).toEqual([['disconnected', c2.id]]);
    expect(recordIds('mp.scene.')).toHaveLength(6);
  });

  it.each<[string, (a: Guest, b: Guest) => string, unknown[], string]>([
    ['to all but another client', (_, b) => `0703${le(-b.id)}03ee`, [['packet', 'ee']], ''],
    ['to all but the server', () => `0703${le(-1)}03ee`, [], '03ee'],
    ['to the server itself', () => `0703${le(1)}03ee`, [['packet', 'ee']], ''],
    ['to somebody unknown', () => `0703${le(99)}03ee`, [], ''],
    ['a call of a node to all', () => '070300000000001234', [['node', '001234']], '001234'],
    ['a call of a node to one', (_, b) => `0703${b.hex}001234`, [], '001234'],
    ['a call of a node to the server', () => '001234', [['node', '001234']], ''],
    ['a notice about another client', (_, b) => `0702${b.hex}`, [], ''],
    ['a notice about nobody', () => `0701${le(77)}`, [], ''],
    ['a notice in a relay', (_, b) => `0703${b.hex}0702${b.hex}`, [], ''],
    ['a relay in a relay', (_, b) => `0703${b.hex}0703${b.hex}03aa`, [], ''],
    ['a relay without a packet', (_, b) => `0703${b.hex}`, [], ''],
    ['half an id', () => '07031234', [], ''],
    ['one byte', () => '03', [], ''],
    ['an unknown system packet', () => `0709${le(5)}`, [], ''],
    ['authentication that nobody asked for', () => '0700aabb', [], ''],
  ])('a client sends %s', async (_, packet, seen, relayed) => {
    const a = await join();
    const b = await join();
    await got(a, 14);
    await got(b, 14);
    events.length = 0;
    say(a, packet(a, b));
    await settle();
    const shown = events.map((event) => [(event as unknown[])[0], (event as unknown[])[2]]);
    expect(shown).toEqual(seen);
    expect(toHex(b.raw.take())).toBe(
      relayed === '' ? '' : `82${le(6 + relayed.length / 2).slice(0, 2)}0703${a.hex}${relayed}`,
    );
    expect(a.raw.received.length).toBe(0);
    expect(scene.get_peers()).toHaveLength(2);
    expect(scene.get_remote_sender_id()).toBe(0);
  });

  it('tells nobody of anybody, and passes nothing on, without server_relay', async () => {
    scene.server_relay = false;
    const a = await join();
    const b = await join();
    await got(a, 6);
    await got(b, 6);
    say(a, '07030000000003ee');
    await settle();
    expect([a.raw.received.length, b.raw.received.length]).toEqual([0, 0]);
  });

  it('says why it does not send', async () => {
    const lone = new SceneMultiplayer();
    lone.multiplayer_peer = null;
    expect(lone.send_bytes(bytes(1))).toBe(3);
    expect(scene.send_bytes(bytes())).toBe(30);
    expect(scene.send_bytes(bytes(1), 5)).toBe(47);
    expect(scene.send_auth(5, bytes(1))).toBe(31);
    expect(scene.complete_auth(5)).toBe(31);
    expect(game.reports.errors).toHaveLength(5);
  });
});

describe('authentication', () => {
  beforeEach(() => {
    scene.auth_callback = (id: number, data: Uint8Array) => {
      if (toHex(data) === 'cafe') scene.complete_auth(id);
      else scene.disconnect_peer(id);
    };
  });

  it('lets in who both sides accept, and tells the others only then', async () => {
    const a = await join();
    expect(events.splice(0)).toEqual([['authenticating', a.id]]);
    expect([...scene.get_authenticating_peers()]).toEqual([a.id]);
    await got(a, 6);
    expect(scene.send_auth(a.id, bytes(7))).toBe(0);
    expect(await got(a, 5)).toBe('8203070007');
    say(a, '0700cafe');
    expect(await got(a, 4)).toBe('82020700');
    expect([scene.complete_auth(a.id), scene.send_auth(a.id, bytes(7))]).toEqual([13, 13]);
    expect(events).toEqual([]);
    say(a, '0700');
    await play(() => events.length > 0, 'joining');
    expect(events.splice(0)).toEqual([['connected', a.id]]);
    const b = await join();
    await got(b, 6);
    scene.send_bytes(bytes(1), 0);
    say(b, '03ee');
    say(a, '07030000000003dd');
    await settle();
    expect(toHex(a.raw.take())).toBe('82020301');
    expect(b.raw.received.length).toBe(0); // nothing reaches who is not let in, and what it says is dropped
    expect(events.splice(0)).toEqual([
      ['authenticating', b.id],
      ['packet', a.id, 'dd'],
    ]);
  });

  it('leaves out who is excluded, while somebody is not let in', async () => {
    scene.auth_callback = null;
    const [a, b, c] = [await join(), await join(), await join()];
    scene.auth_callback = () => {};
    const outsider = await join();
    await settle();
    for (const { raw } of [a, b, c, outsider]) raw.take();
    const heard = (): string[] => [a, b, c, outsider].map(({ raw }) => toHex(raw.take()));
    expect(scene.send_bytes(bytes(1), -a.id)).toBe(0);
    await settle();
    expect(heard()).toEqual(['', '82020301', '82020301', '']);
    say(a, `0703${le(-b.id)}03ee`);
    await settle();
    expect(heard()).toEqual(['', '', `82080703${a.hex}03ee`, '']);
    expect(scene.send_bytes(bytes(2), 0)).toBe(0);
    await settle();
    expect(heard()).toEqual(['82020302', '82020302', '82020302', '']);
  });

  it('sends away who says the wrong word', async () => {
    const a = await join();
    say(a, '0700beef');
    await play(() => scene.get_authenticating_peers().length === 0, 'the refusal');
    await play(() => a.raw.received.length >= 10, 'a close frame');
    expect(events).toEqual([['authenticating', a.id]]); // whoever sends away is not told
    expect(scene.get_peers()).toHaveLength(0);
  });

  it('sends away who takes too long, and asks to be polled for it', async () => {
    scene.auth_timeout = 0.02;
    const a = await join();
    let woken = 0;
    scene.connect('activity', () => {
      woken += 1;
    });
    await until(() => woken > 0, 'activity');
    await play(() => events.length === 2, 'the failure');
    expect(events[1]).toEqual(['failed', a.id]);
    await play(() => a.raw.received.length > 0, 'a close frame');
  });
});

describe('a SceneMultiplayer client', () => {
  const OWN = 0x12345678;

  it.each([
    ['its own id comes', 1, OWN],
    ['its own id goes', 2, OWN],
    ['the server comes', 1, 1],
    ['the server goes', 2, 1],
    ['nobody comes', 1, 0],
    ['a negative id goes', 2, -5],
  ])('drops the notice that %s', async (_what, kind, id) => {
    const { client, raw } = await game.rawHost(new Uint8Array(Buffer.from(le(OWN), 'hex')));
    scene.multiplayer_peer = client;
    await play(() => events.length > 0, 'the server');
    expect(events.splice(0)).toEqual([['connected', 1]]);
    raw.send(serverFrame(new Uint8Array(Buffer.from(`070${kind}${le(id)}`, 'hex'))));
    raw.send(serverFrame(new Uint8Array(Buffer.from(`0701${le(77)}`, 'hex'))));
    await play(() => events.length > 0, 'the notice of another');
    expect(events).toEqual([['connected', 77]]);
    expect([...scene.get_peers()]).toEqual([1, 77]);
    expect(game.reports.errors).toEqual([`SceneMultiplayer: peer 1 must not announce peer ${id}; dropped`]);
  });
});
