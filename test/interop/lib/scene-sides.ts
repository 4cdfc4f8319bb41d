// Members of the game of ../projects/scene, in Godot and in JavaScript: told what to do in the same words, and heard in the
// same notes. A suite that is written once runs with either as the server, plain and over TLS.
import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import { OK, type SceneMultiplayer, WebSocketMultiplayerPeer } from '../../../host/index.js';
import { instantiate_scene, type Node, SceneTree } from '../../../host/scene/index.js';
import { Vector2 } from '../../../host/variant/index.js';
import { until } from '../../helpers/game.js';
import { type Reports, useReports } from '../../helpers/reports.js';
import { GODOT4_SCENE } from './engine-process.js';
import { describeEngine } from './engine-sides.js';
import { type EngineMember, Member, MembersEngine } from './members.js';
import { Game } from './scene-game.js';
import { clientOptions, makeTrust, serverOptions, type Trust } from './trust.js';
import { Scope, useScope } from './watch.js';

export type Kind = 'Godot' | 'JavaScript';
type Value = null | boolean | number | string | Vector2 | readonly Value[];

/** A member of the game. Paths count from the node Game. */
export interface Side {
  readonly kind: Kind;
  readonly id: number;
  readonly notes: readonly string[];
  /** Waits for a note. */
  saw(note: string, times?: number): Promise<void>;
  rpc(target: number, method: string, ...values: Value[]): void;
  /** Adds a unit to the world, with a name. */
  spawn(name: string): void;
  free(path: string): void;
  set(path: string, property: string, value: Value): void;
  /** Believes from now on that the node belongs to `peer`. */
  give(path: string, peer: number): void;
  close(): Promise<void>;
  /** Comes in as a new client of `url`. */
  join(url: string): Promise<void>;
}

/** A value as a text of Godot's str_to_var. */
function textOf(value: Value): string {
  if (value instanceof Vector2) return `Vector2(${value.x}, ${value.y})`;
  return Array.isArray(value) ? `[${value.map(textOf).join(', ')}]` : JSON.stringify(value);
}

class GodotSide implements Side {
  readonly kind = 'Godot';
  readonly #member: EngineMember;
  readonly #options: Record<string, unknown>;

  constructor(member: EngineMember, options: Record<string, unknown>) {
    this.#member = member;
    this.#options = options;
  }

  get id(): number {
    return this.#member.id;
  }

  get notes(): readonly string[] {
    return this.#member.notes;
  }

  saw(note: string, times = 1): Promise<void> {
    return this.#member.saw(note, times);
  }

  rpc(target: number, method: string, ...values: Value[]): void {
    this.#member.tell('rpc', { target, method, values: values.map(textOf) });
  }

  spawn(name: string): void {
    this.#member.tell('spawn', { name });
  }

  free(path: string): void {
    this.#member.tell('free', { path });
  }

  set(path: string, property: string, value: Value): void {
    this.#member.tell('set', { path, property, value: textOf(value) });
  }

  give(path: string, peer: number): void {
    this.#member.tell('authority', { path, peer });
  }

  async close(): Promise<void> {
    this.#member.tell('close');
    await this.#member.left();
  }

  async join(url: string): Promise<void> {
    this.#member.tell('client', { url, ...this.#options });
    await this.#member.joined();
  }
}

const FRAME_MS = 5;

class OurSide extends Member implements Side {
  readonly kind = 'JavaScript';
  readonly tree = new SceneTree();
  readonly game = new Game((text) => this.note(text));
  readonly #trust: Trust | null;
  peer = new WebSocketMultiplayerPeer();

  constructor(scope: Scope, trust: Trust | null, auth: string) {
    super();
    this.#trust = trust;
    const { scene } = this;
    scene.connect('peer_connected', (id: number) => this.note(`connected ${id}`));
    scene.connect('peer_disconnected', (id: number) => this.note(`disconnected ${id}`));
    scene.connect('server_disconnected', () => this.note('server_disconnected'));
    if (auth !== '') this.#setAuth(auth);
    this.tree.root.add_child(this.game);
    const frames = setInterval(() => this.#frame(), FRAME_MS);
    scope.defer(() => {
      clearInterval(frames);
      this.peer.close();
      this.tree.free();
    });
  }

  get scene(): SceneMultiplayer {
    return this.tree.get_multiplayer() as SceneMultiplayer;
  }

  #setAuth(password: string): void {
    const { scene } = this;
    scene.auth_timeout = 60;
    scene.connect('peer_authenticating', (id: number) => scene.send_auth(id, Buffer.from(password)));
    scene.auth_callback = (id, data) => {
      if (Buffer.from(data).toString() === password) scene.complete_auth(id);
    };
  }

  #frame(): void {
    this.tree.process(FRAME_MS / 1000);
    const { peer } = this;
    this.changed(peer.get_connection_status(), peer.get_unique_id());
  }

  /** Begins to listen; returns the port. */
  listen(): number {
    const error = this.peer.create_server(0, '127.0.0.1', this.#trust === null ? null : serverOptions(this.#trust));
    if (error !== OK) throw new Error(`create_server: error ${error}`);
    this.scene.multiplayer_peer = this.peer;
    return this.peer.get_local_port();
  }

  /** Begins to connect. */
  dial(url: string): void {
    this.peer = new WebSocketMultiplayerPeer();
    this.peer.create_client(url, this.#trust === null ? null : clientOptions(this.#trust));
    this.scene.multiplayer_peer = this.peer;
  }

  async join(url: string): Promise<void> {
    this.dial(url);
    await this.joined();
  }

  rpc(target: number, method: string, ...values: Value[]): void {
    const { game } = this;
    this.scene.rpc(target, game, method, values);
  }

  spawn(name: string): void {
    const unit = instantiate_scene('res://unit.tscn') as Node;
    unit.name = name;
    this.game.world.add_child(unit);
  }

  free(path: string): void {
    this.game.get_node(path)?.queue_free();
  }

  set(path: string, property: string, value: Value): void {
    Object.assign(this.game.get_node(path) as Node, { [property]: value });
  }

  give(path: string, peer: number): void {
    this.game.get_node(path)?.set_multiplayer_authority(peer, false);
  }

  async close(): Promise<void> {
    this.peer.close();
    this.scene.multiplayer_peer = null;
    await this.left();
  }
}

/** What all tests of a file share. */
interface Parts {
  engine: MembersEngine;
  trust: Trust;
}

/** What a suite plays on. */
export class SceneStage {
  readonly serverKind: Kind;
  readonly reports: Reports;
  readonly #secure: boolean;
  readonly #scope: Scope;
  readonly #parts: Parts;
  url = '';

  constructor(kind: Kind, secure: boolean, scope: Scope, reports: Reports, parts: Parts) {
    this.serverKind = kind;
    this.#secure = secure;
    this.#scope = scope;
    this.reports = reports;
    this.#parts = parts;
  }

  #urlOf(port: number): string {
    return this.#secure ? `wss://localhost:${port}` : `ws://127.0.0.1:${port}`;
  }

  get #trust(): Trust | null {
    return this.#secure ? this.#parts.trust : null;
  }

  async server(auth = ''): Promise<Side> {
    if (this.serverKind === 'JavaScript') {
      const side = new OurSide(this.#scope, this.#trust, auth);
      this.url = this.#urlOf(side.listen());
      await side.joined();
      return side;
    }
    const { engine } = this.#parts;
    const { key, cert } = this.#parts.trust.server;
    const tls = this.#secure ? { tls: { key: engine.file(key), cert: engine.file(cert) } } : {};
    const member = await engine.server({ auth, ...tls });
    this.url = this.#urlOf(member.port);
    return new GodotSide(member, {});
  }

  /** A client, whether or not the server lets it in. */
  knock(kind: Kind, auth = ''): { side: Side; joined: () => Promise<unknown> } {
    if (kind === 'JavaScript') {
      const side = new OurSide(this.#scope, this.#trust, auth);
      side.dial(this.url);
      return { side, joined: () => side.joined() };
    }
    const { engine, trust } = this.#parts;
    const options = { auth, ...(this.#secure ? { tls: { trust: engine.file(trust.root) } } : {}) };
    const member = engine.client(this.url, options);
    return { side: new GodotSide(member, options), joined: () => member.joined() };
  }

  async client(kind: Kind, auth = ''): Promise<Side> {
    const { side, joined } = this.knock(kind, auth);
    await joined();
    await side.saw('connected 1');
    return side;
  }

  /** Waits for a report of this package with `text`. */
  async reported(text: string): Promise<void> {
    const { reports } = this;
    const isThere = (report: string): boolean => report.includes(text);
    await until(() => [...reports.errors, ...reports.warnings].some(isThere), `a report with "${text}"`);
  }

  /** A client of each kind; all three know of each other. */
  async party(): Promise<{ server: Side; ours: Side; theirs: Side; clients: readonly Side[]; all: readonly Side[] }> {
    const server = await this.server();
    const ours = await this.client('JavaScript');
    const theirs = await this.client('Godot');
    await ours.saw(`connected ${theirs.id}`);
    await theirs.saw(`connected ${ours.id}`);
    for (const { id } of [ours, theirs]) await server.saw(`connected ${id}`);
    const clients = [ours, theirs];
    return { server, ours, theirs, clients, all: [server, ...clients] };
  }
}

/** Runs `suite` on a server of each kind, plain and over TLS, with one engine for all. */
export function describeScenes(name: string, suite: (stage: SceneStage) => void): void {
  describeEngine(name, GODOT4_SCENE, () => {
    const life = new Scope();
    const scope = useScope();
    const reports = useReports();
    const parts = {} as Parts;
    beforeAll(async () => {
      parts.trust = await makeTrust();
      parts.engine = await MembersEngine.start(life, GODOT4_SCENE);
    });
    afterEach(() => parts.engine.clear());
    afterAll(() => life.end());
    for (const kind of ['JavaScript', 'Godot'] as const) {
      for (const secure of [false, true]) {
        describe(`a ${kind} server${secure ? ', over TLS' : ''}`, () => {
          suite(new SceneStage(kind, secure, scope, reports, parts));
        });
      }
    }
  });
}
