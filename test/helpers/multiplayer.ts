// A multiplayer game for tests: peers with logged signals, raw clients and servers, and the engine's records to compare
// with.
import { expect } from 'vitest';
import { WebSocketMultiplayerPeer } from '../../host/godot4/multiplayer/web-socket-multiplayer-peer.js';
import { Game, until } from './game.js';
import { goldenRecord, recordIds, Unjudged } from './game-records.js';
import type { RawPeer } from './raw-peer.js';
import { frame, OP, toHex } from './raw-peer-frames.js';

const STATES = ['DISCONNECTED', 'CONNECTING', 'CONNECTED'];

export type SignalNote = [kind: string, id: number];

/** Fields of a record besides the returned value. */
interface MultiplayerRecord {
  readonly returned: unknown;
  readonly state_after: string | null;
  readonly unique_id?: number;
  readonly packets_after?: number;
  readonly signals: readonly SignalNote[];
  readonly errors_printed: number;
}

export const bytes = (...values: number[]): Uint8Array => new Uint8Array(values);

export class MultiplayerGame extends Game {
  /** Signals since the last note, of all peers. */
  signals: SignalNote[] = [];
  static readonly noted = new Set<string>();

  /** A peer with logged signals. */
  member(): WebSocketMultiplayerPeer {
    const peer = new WebSocketMultiplayerPeer();
    peer.connect('peer_connected', (id: number) => this.signals.push(['connected', id]));
    peer.connect('peer_disconnected', (id: number) => this.signals.push(['disconnected', id]));
    this.atEnd(() => peer.free());
    return peer;
  }

  host(bind = '127.0.0.1'): WebSocketMultiplayerPeer {
    const server = this.member();
    expect(server.create_server(0, bind)).toBe(0);
    return server;
  }

  guest(server: WebSocketMultiplayerPeer): WebSocketMultiplayerPeer {
    const client = this.member();
    expect(client.create_client(`ws://127.0.0.1:${server.get_local_port()}`)).toBe(0);
    return client;
  }

  /** Polls `peers` until `condition` holds. */
  async play(condition: () => boolean, what: string, ...peers: readonly WebSocketMultiplayerPeer[]): Promise<void> {
    await until(() => {
      for (const peer of peers) peer.poll();
      return condition();
    }, what);
  }

  /** A raw client of `server` that has its id. */
  async rawGuest(server: WebSocketMultiplayerPeer): Promise<{ raw: RawPeer; id: number }> {
    const raw = await this.rawClient(server.get_local_port());
    raw.sendRequest();
    let id = 0;
    await this.play(
      () => {
        if (id === 0 && raw.takeHead() !== null) id = -1;
        const [frame] = id === -1 ? raw.takeFrames() : [];
        if (frame !== undefined) id = Buffer.from(frame.payload).readInt32LE();
        return id > 0;
      },
      'an id',
      server,
    );
    return { raw, id };
  }

  /** A client whose server is raw; `idMessage` is what that says first. */
  async rawHost(
    idMessage: Uint8Array | null,
    configure: (client: WebSocketMultiplayerPeer) => void = () => {},
  ): Promise<{ client: WebSocketMultiplayerPeer; raw: RawPeer; request: string }> {
    const server = await this.rawServer();
    const client = this.member();
    configure(client);
    expect(client.create_client(`ws://127.0.0.1:${server.port}`)).toBe(0);
    let raw: RawPeer | null = null;
    let request: Uint8Array | null = null;
    await this.play(
      () => {
        raw ??= server.take();
        request ??= raw?.takeHead() ?? null;
        return request !== null;
      },
      'the request',
      client,
    );
    const other = raw as unknown as RawPeer;
    const head = request as unknown as Uint8Array;
    other.sendAnswer(head);
    if (idMessage !== null) other.send(serverFrame(idMessage));
    return { client, raw: other, request: Buffer.from(head).toString() };
  }

  /** Compares with the record `id`; what is in `instead` differs on purpose. */
  note(
    id: string,
    peer: WebSocketMultiplayerPeer,
    returned: unknown,
    instead: Partial<MultiplayerRecord> & { because?: string } = {},
  ): void {
    MultiplayerGame.noted.add(id);
    const expected = { ...(goldenRecord(id) as unknown as MultiplayerRecord), ...instead };
    const { errors } = this.reports;
    if (!(returned instanceof Unjudged)) expect(returned, `${id}: returned`).toEqual(expected.returned);
    if (expected.state_after !== null) {
      expect(STATES[peer.get_connection_status()], `${id}: status`).toBe(expected.state_after);
    }
    if (expected.unique_id !== undefined) {
      const own = peer.get_unique_id();
      expect(own > 1 ? 'random' : own, `${id}: id`).toBe(expected.unique_id > 1 ? 'random' : expected.unique_id);
    }
    if (expected.packets_after !== undefined) {
      expect(peer.get_available_packet_count(), `${id}: packets`).toBe(expected.packets_after);
    }
    const shape = (signals: readonly SignalNote[]): unknown => signals.map(([kind, who]) => [kind, who === 1]);
    expect(shape(this.signals), `${id}: signals`).toEqual(shape(expected.signals));
    expect(errors.length > 0, `${id}: ${errors.join('; ')}`).toBe(expected.errors_printed > 0);
    this.signals = [];
    this.reports.clear();
  }

  /** Drops the reports and signals of preparations. */
  quiet(): void {
    this.signals = [];
    this.reports.clear();
  }

  static missing(): string[] {
    const wanted = recordIds('mp.').filter((id) => !id.startsWith('mp.scene.'));
    return wanted.filter((id) => !MultiplayerGame.noted.has(id));
  }
}

/** A binary frame of a server. */
export const serverFrame = (payload: Uint8Array): Uint8Array => frame(OP.BINARY, payload);

/** A frame of a client. */
export const clientFrame = (payload: Uint8Array | string, opcode: number = OP.BINARY): Uint8Array =>
  frame(opcode, payload, { masked: true });

/** Frames received by `raw` as one string, header and payload. */
export const wire = (raw: RawPeer): string => toHex(raw.take());
