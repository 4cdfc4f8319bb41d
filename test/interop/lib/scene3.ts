// Our side of ../godot/scene3.gd: a member of a game over gd_mp_api, server or client, that calls methods and sets
// properties at the others and writes down what is done at itself.

import { WebSocketClient, WebSocketServer } from '../../../host/godot3/index.js';
import { MultiplayerAPI, Node, type RpcDeclaration, SceneTree } from '../../../host/godot3/scene/index.js';
import { Vector2 } from '../../../host/variant/index.js';
import { certificateOf, keyOf, type Trust } from './trust.js';
import { type Scope, Watch } from './watch.js';

class Main extends Node {
  static override readonly rpcs: Record<string, RpcDeclaration> = {
    follow: 'remote',
    last: 'remote',
    remote_one: 'remote',
    master_one: 'master',
    puppet_one: 'puppet',
    remotesync_one: 'remotesync',
  };
  static override readonly rsets: Record<string, RpcDeclaration> = { score: 'puppet' };
  note: (line: string) => void = () => {};

  constructor() {
    super();
    this.name = 'Main';
    this.rpc_config('mastersync_one', MultiplayerAPI.RPC_MODE_MASTERSYNC);
    this.rpc_config('puppetsync_one', MultiplayerAPI.RPC_MODE_PUPPETSYNC);
    this.rset_config('mood', MultiplayerAPI.RPC_MODE_SYNC);
  }

  who(id: number): string {
    if (id === this.get_tree()?.get_network_unique_id()) return 'itself';
    return id === 1 ? 'the server' : 'a client';
  }
  #done(what: string, value: unknown): void {
    this.note(`${what} ${value} by ${this.who(this.get_tree()?.get_rpc_sender_id() ?? 0)}`);
  }

  get score(): number {
    return 0;
  }
  set score(value: number) {
    this.#done('score', value);
  }
  get mood(): string {
    return '';
  }
  set mood(value: string) {
    this.#done('mood', value);
  }

  follow([one, half, three, four, five]: [number, number, string, Map<string, null>, Vector2]): void {
    this.#done(
      'follow',
      `[${one}, ${half}, ${three}, {four:${four.get('four') === null ? 'Null' : '?'}}, ${textOf(five)}]`,
    );
    answer(this);
  }

  undeclared(value: string): void {
    this.#done('undeclared', value);
  }
  remote_one(value: string): void {
    this.#done('remote', value);
  }
  master_one(value: string): void {
    this.#done('master', value);
  }
  puppet_one(value: string): void {
    this.#done('puppet', value);
  }
  remotesync_one(value: string): void {
    this.#done('remotesync', value);
  }
  mastersync_one(value: string): void {
    this.#done('mastersync', value);
  }
  puppetsync_one(value: string): void {
    this.#done('puppetsync', value);
  }
  last(): void {
    this.#done('last', 'call');
  }
}

/** What the server does when its two clients are there. */
function lead(main: Main): void {
  main.rpc('remote_one', 'lead');
  main.rpc('master_one', 'lead');
  main.rpc('puppet_one', 'lead');
  main.rpc('remotesync_one', 'lead');
  main.rpc('mastersync_one', 'lead');
  main.rpc('puppetsync_one', 'lead');
  main.rpc('undeclared', 'lead');
  main.rset('mood', 'good');
  main.rset('score', 7);
  main.get_tree()?.multiplayer.send_bytes(Uint8Array.of(5));
  main.rpc('follow', [1, 2.5, 'three', new Map([['four', null]]), new Vector2(5, 6)]);
}

/** What a client does when the server has done that. */
function answer(main: Main): void {
  const other =
    main
      .get_tree()
      ?.get_network_connected_peers()
      .find((id) => id !== 1) ?? 0;
  main.rpc('remote_one', 'all');
  main.rpc('master_one', 'all');
  main.rpc('puppet_one', 'all');
  main.rpc('remotesync_one', 'all');
  main.rpc('mastersync_one', 'all');
  main.rpc('puppetsync_one', 'all');
  main.rpc_id(other, 'remote_one', 'relayed');
  main.rpc_id(-other, 'remote_one', 'not the other');
  main.rset('mood', 'bad');
  main.rset('score', 9);
  main.rset_id(other, 'mood', 'relayed');
  main.rpc('last');
}

const textOf = ({ x, y }: Vector2): string => `(${x}, ${y})`;

/** A member in this process; `out` has its lines, as a Program has them. */
export class OurScene3 extends Watch {
  readonly out: string[] = [];
  readonly #tree = new SceneTree();
  #members = 0;

  /** A server on `port`, or, with `isServer` false, a client of it; over TLS with `trust`. */
  constructor(scope: Scope, port: number, isServer: boolean, trust: Trust | null) {
    super();
    const main = new Main();
    main.note = (line) => {
      this.out.push(line);
      this.noted();
    };
    this.#tree.root.add_child(main);
    this.#tree.connect('network_peer_connected', () => {
      this.#members += 1;
      if (isServer && this.#members === 2) lead(main);
    });
    this.#tree.multiplayer.connect('network_peer_packet', (id, bytes) =>
      main.note(`bytes ${bytes[0]} by ${main.who(id)}`),
    );
    const peer = isServer ? new WebSocketServer() : new WebSocketClient();
    if (peer instanceof WebSocketServer) {
      peer.bind_ip = '127.0.0.1';
      if (trust !== null) {
        peer.private_key = keyOf(trust.server.key);
        peer.ssl_certificate = certificateOf(trust.server.cert);
      }
      peer.listen(port, [], true);
      main.note('listening');
    } else {
      if (trust !== null) peer.trusted_ssl_certificate = certificateOf(trust.root);
      peer.connect_to_url(trust === null ? `ws://127.0.0.1:${port}` : `wss://localhost:${port}`, [], true);
    }
    this.#tree.network_peer = peer;
    peer.activity.connect(() => this.#tree.process(0));
    scope.defer(() => {
      this.#tree.free();
      if (peer instanceof WebSocketServer) peer.stop();
      else peer.disconnect_from_host();
    });
  }
}
