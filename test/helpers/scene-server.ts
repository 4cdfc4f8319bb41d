// A SceneMultiplayer server for tests, with logged events, and raw clients that join it.
import { SceneMultiplayer } from '../../host/godot4/multiplayer/scene-multiplayer.js';
import type { WebSocketMultiplayerPeer } from '../../host/godot4/multiplayer/web-socket-multiplayer-peer.js';
import { pause, until } from './game.js';
import { clientFrame, MultiplayerGame } from './multiplayer.js';
import type { RawPeer } from './raw-peer.js';
import { toHex } from './raw-peer-frames.js';

export interface Guest {
  readonly raw: RawPeer;
  readonly id: number;
  /** The id in wire format, in hex. */
  readonly hex: string;
}

/** An id in wire format, in hex. */
export const le = (id: number): string => {
  const four = Buffer.alloc(4);
  four.writeInt32LE(id);
  return four.toString('hex');
};

const SIGNALS = [
  ['peer_connected', 'connected'],
  ['peer_disconnected', 'disconnected'],
  ['peer_authenticating', 'authenticating'],
  ['peer_authentication_failed', 'failed'],
] as const;

export class SceneServer {
  readonly game = new MultiplayerGame();
  readonly peer: WebSocketMultiplayerPeer = this.game.host();
  readonly scene = new SceneMultiplayer();
  events: unknown[] = [];

  constructor() {
    const { scene } = this;
    scene.multiplayer_peer = this.peer;
    for (const [signal, name] of SIGNALS) scene.connect(signal, (id: number) => this.events.push([name, id]));
    scene.connect('server_disconnected', () => this.events.push(['over']));
    scene.connect('peer_packet', (id: number, packet: Uint8Array) => this.events.push(['packet', id, toHex(packet)]));
    scene.connect('node_packet', (id: number, packet: Uint8Array) => this.events.push(['node', id, toHex(packet)]));
  }

  end(): void {
    this.scene.free();
    this.game.end();
  }

  async play(condition: () => boolean, what: string): Promise<void> {
    await until(() => {
      this.scene.poll();
      return condition();
    }, what);
  }

  /** A raw client that has its id, which is taken; what follows it stays. */
  async join(): Promise<Guest> {
    const raw = await this.game.rawClient(this.peer.get_local_port());
    raw.sendRequest();
    let head: Uint8Array | null = null;
    await this.play(() => {
      head ??= raw.takeHead();
      return head !== null && raw.received.length >= 6;
    }, 'an id');
    const id = Buffer.from(raw.received).readInt32LE(2);
    return { raw, id, hex: le(id) };
  }

  /** `size` raw clients that know each other; the events of joining are dropped. */
  async crowd(size: number): Promise<Guest[]> {
    const guests: Guest[] = [];
    for (let place = 0; place < size; place += 1) guests.push(await this.join());
    for (const guest of guests) await this.got(guest, 6 + 8 * (size - 1));
    this.events = [];
    return guests;
  }

  /** The bytes that `guest` has received, once there are at least `count`. */
  async got({ raw }: Guest, count: number): Promise<string> {
    await this.play(() => raw.received.length >= count, `${count} bytes`);
    return toHex(raw.take());
  }

  async settle(): Promise<void> {
    for (let turn = 0; turn < 5; turn += 1) {
      this.scene.poll();
      await pause();
    }
  }
}

/** The packets `hexes` of `guest`, in one write. */
export function say({ raw }: Guest, ...hexes: readonly string[]): void {
  raw.send(...hexes.map((hex) => clientFrame(new Uint8Array(Buffer.from(hex, 'hex')))));
}
