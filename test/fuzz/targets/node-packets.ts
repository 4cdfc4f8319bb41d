// Target: the nodes of one SceneMultiplayer, whose peers send them calls and paths of any kind.
import { Node, type RpcConfig } from '../../../host/scene/index.js';
import { int32Hex, Side, textHex } from '../../helpers/scene-side.js';
import { beginGame, endGame } from '../lib/memory-game.js';
import { Draw } from '../lib/random.js';
import { demand, type Target } from '../lib/target.js';

const MOST_PATHS = 3;
const PEERS = [2, 3];
const PATHS = ['N', 'N/Deep', '.', '..', '../Outside', '/root/Outside', 'X', '', '__proto__', 'N/../../Outside'];

class Called extends Node {
  static rpcs: Record<string, RpcConfig> = {
    any: { mode: 'any_peer', arguments: [0, 255], call_local: true },
    back: { mode: 'any_peer' },
    bye: { mode: 'any_peer' },
    mine: {},
  };
  calls = 0;
  any(): void {
    this.calls += 1;
    const sender = this.multiplayer?.get_remote_sender_id() ?? 0;
    demand(PEERS.includes(sender) || sender === 1, () => `a call of ${sender}`);
  }
  back(): void {
    this.rpc('any', 1);
  }
  bye(): void {
    this.free();
  }
  mine(): void {
    demand(this.multiplayer?.get_remote_sender_id() === this.get_multiplayer_authority(), 'a call of no authority');
  }
}

/** A packet of the protocol more or less, or anything for nodes. */
function packet(draw: Draw): Uint8Array {
  const path = textHex(draw.pick(PATHS));
  const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
  const texts = [
    `a00600008${draw.below(2)}0${draw.below(6)}${path}`,
    `800${draw.below(4)}0${draw.below(6)}`,
    `000${draw.below(4)}00${hexOf(draw.bytes(20))}`,
    `01${'30'.repeat(32)}00${int32Hex(draw.below(6))}${path}`,
    `020${draw.below(2)}${int32Hex(draw.below(6))}`,
    `20${int32Hex(0x8000_0000 + draw.below(30))}00${hexOf(draw.bytes(20))}${path}`,
  ];
  const kind = draw.below(texts.length + 1);
  if (kind < texts.length) return Buffer.from(texts[kind] as string, 'hex');
  const bytes = draw.bytes(40);
  if (bytes.length > 0) bytes[0] = ((bytes[0] as number) & 0xf8) | draw.below(3);
  return bytes;
}

class Scene {
  readonly side = new Side();
  readonly #draw: Draw;
  readonly #outside: Called;

  constructor(draw: Draw) {
    this.#draw = draw;
    const { side } = this;
    this.#outside = side.add('Outside', new Called());
    side.add('Branch', new Node());
    side.api.root_path = '/root/Branch';
    side.api.max_cached_paths = MOST_PATHS;
    this.#build();
    side.join(...PEERS);
  }

  get #branch(): Node {
    return this.side.tree.root.get_node('Branch') as Node;
  }

  #build(): void {
    if (!this.#branch.has_node('N'))
      this.side.add('Deep', new Called(), this.side.add('N', new Called(), this.#branch));
  }

  #step(): void {
    const { side } = this;
    const draw = this.#draw;
    const what = draw.below(16);
    const node = this.#branch.get_node_or_null('N');
    if (what < 11) side.feedBytes(draw.pick(PEERS), packet(draw));
    else if (what === 11) side.api.rpc(draw.pick([0, 2, 3, -2, 1, 9]), node ?? this.#branch, 'any', [draw.below(300)]);
    else if (what === 12) side.leave(draw.pick(PEERS));
    else if (what === 13) side.join(draw.pick(PEERS));
    else if (what === 14) this.#build();
    else node?.set_multiplayer_authority(draw.pick([1, 2, 3]));
  }

  play(): string {
    while (!this.#draw.isDone) this.#step();
    demand(this.#outside.calls === 0, 'a node outside of the root was called');
    demand(this.side.api.get_remote_sender_id() === 0, 'a sender is left');
    const confirmed = this.side.transport.sent.filter(({ hex }) => hex.startsWith('02')).length;
    const node = this.#branch.get_node_or_null('N');
    const calls = node instanceof Called ? node.calls : -1;
    return `${Math.min(calls, 3)} ${Math.min(confirmed, 4)} ${Math.log2(1 + this.side.transport.sent.length) | 0}`;
  }
}

export const nodePackets: Target = {
  name: 'node-packets',
  description: 'nodes stand any calls and paths; nobody reaches a node or a method that is not declared',
  seeds: [Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0), Uint8Array.of(1, 1, 3, 0, 0, 0, 3, 0, 1, 0, 0, 0, 1)],
  words: [Uint8Array.of(11, 0, 1), Uint8Array.of(3, 1, 0), Uint8Array.of(12, 0), Uint8Array.of(14)],
  maxSize: 200,
  weight: 8,
  check(input) {
    beginGame();
    const scene = new Scene(new Draw(input));
    const outcome = scene.play();
    endGame(scene.side.api, scene.side.transport);
    scene.side.tree.free();
    return outcome;
  },
};
