// What nodes want to be done at other peers, and what peers want to be done here: methods that are called (`rpc`), and
// properties that are set (`rset`).
import { printError } from '../../binding/error-handler.js';
import { OK } from '../../binding/errors.js';
import { textOfThrown } from '../../binding/thrown.js';
import type { OwnBytes } from '../../binding/types.js';
import { ByteWriter } from '../../variant/byte-writer.js';
import { decodeVariant, encodeVariant } from '../../variant/codec.js';
import { NetworkedMultiplayerPeer } from '../networked-multiplayer-peer.js';
import type { Network, Wanted } from './network-multiplayer.js';
import { type Node, RULES } from './node.js';
import {
  appendPath,
  beginUse,
  COMMAND_CALL,
  COMMAND_CONFIRM,
  COMMAND_SET,
  COMMAND_SIMPLIFY,
  readUse,
  type Use,
} from './node-packets.js';
import type { NodePaths, NumberedNode } from './node-paths.js';
import { isUsedHere, isUsedNowhereElse, mayUse, type Rule, wordOf } from './rpc-modes.js';

const { CONNECTION_CONNECTED } = NetworkedMultiplayerPeer;
const MOST_ARGUMENTS = 255;

type Members = Record<string, unknown>;
type Method = (...args: unknown[]) => unknown;

const writer = new ByteWriter();

export class RemoteUses {
  readonly #network: Network;
  readonly #paths: NodePaths;

  constructor(network: Network, paths: NodePaths) {
    this.#network = network;
    this.#paths = paths;
  }

  /** Does `wanted` at `target`, a peer, 0 for all, or a negative id for all but one; and here, too, if its mode says so. */
  use(target: number, node: Node, wanted: Wanted): void {
    const what = textOf(wanted);
    const { peer } = this.#network;
    if (peer?.get_connection_status() !== CONNECTION_CONNECTED) {
      printError(`${what}: ${peer === null ? 'there is no network_peer' : 'the network_peer is not connected'}`, node);
      return;
    }
    const here = peer.get_unique_id();
    const isForHere = target === 0 || target === here || (target < 0 && target !== -here);
    const rule = isForHere ? node[RULES](wanted.isSet).of(wanted.name) : undefined;
    const isMaster = node.get_network_master() === here;
    const isHere = rule !== undefined && isUsedHere(rule.mode, isMaster);
    const isOnlyHere = target === here || (rule !== undefined && isUsedNowhereElse(rule.mode, isMaster));
    if (!isOnlyHere && !this.#send(target, node, wanted, what)) return;
    if (isHere) this.#useHere(here, node, wanted, rule);
    else if (target === here) printError(`${what}: its mode does not allow it on this side itself`, node);
  }

  #useHere(here: number, node: Node, wanted: Wanted, rule: Rule): void {
    const problem = this.#do(here, node, wanted, rule);
    if (problem !== null) printError(`${textOf(wanted)}: ${problem}`, node);
  }

  /** Returns false when nothing of it can be done. */
  #send(target: number, node: Node, wanted: Wanted, what: string): boolean {
    if (wanted.values.length > MOST_ARGUMENTS) return fail(`${what}: more than ${MOST_ARGUMENTS} arguments`, node);
    const targets = this.#paths.targetsOf(target);
    if (target !== 0 && !this.#network.others.includes(Math.abs(target))) {
      printError(`${what}: there is no peer ${Math.abs(target)}`, node);
      return true;
    }
    if (targets.length === 0) return true;
    const numbered = this.#paths.numbered(node);
    if (numbered === null) return fail(`${what}: ${node.get_path()} is not below the root_node`, node);
    const reason = this.#write(numbered.number, wanted);
    if (reason !== null) return fail(`${what}: ${reason}`, node);
    const packet = writer.take();
    if (this.#paths.introduce(numbered, targets)) this.#network.send(target, packet, wanted.isUnreliable);
    else this.#sendToEach(targets, numbered, packet, wanted.isUnreliable);
    return true;
  }

  /** Sends `packet` to those who have confirmed the number of the node, and to the others with the path. */
  #sendToEach(
    targets: readonly number[],
    { path, peers }: NumberedNode,
    packet: Uint8Array,
    isUnreliable: boolean,
  ): void {
    writer.reset();
    writer.raw(packet);
    appendPath(writer, path);
    const withPath = writer.take();
    for (const one of targets) this.#network.send(one, peers.get(one) === true ? packet : withPath, isUnreliable);
  }

  /** Writes the packet for those who know the number; returns why it can't. */
  #write(number: number, { isSet, name, values }: Wanted): string | null {
    const options = { fullObjects: this.#network.allowsObjects };
    const encoded = values.map((value) => encodeVariant(3, value, options));
    beginUse(writer, isSet ? COMMAND_SET : COMMAND_CALL, number, name);
    if (!isSet) writer.u8(values.length);
    for (const [i, { error, bytes, reason }] of encoded.entries()) {
      if (error !== OK) return `argument ${i} can't be sent: ${reason}`;
      writer.raw(bytes);
    }
    return null;
  }

  /** Handles a packet for nodes. */
  receive(source: number, packet: OwnBytes): void {
    const command = packet[0] as number;
    if (command === COMMAND_CALL || command === COMMAND_SET) this.#receiveUse(source, packet, command === COMMAND_SET);
    else if (command === COMMAND_SIMPLIFY) this.#paths.receiveSimplify(source, packet);
    else if (command === COMMAND_CONFIRM) this.#paths.receiveConfirm(source, packet);
    else this.#network.isBad(source, `a packet of peer ${source} has the unknown type ${command}`);
  }

  #receiveUse(source: number, packet: OwnBytes, isSet: boolean): void {
    const use = readUse(packet);
    if (use === null) {
      this.#network.isBad(source, `${isSet ? 'an rset' : 'an rpc'} of peer ${source} is malformed`);
      return;
    }
    const what = `${isSet ? 'rset' : 'rpc'} "${use.name}" of peer ${source}`;
    const heard = use.number < 0 ? null : this.#paths.heard(source, use.number);
    const node = heard === null ? this.#paths.nodeAt(use.path) : heard?.node;
    if (node === undefined || node === null) {
      const where = heard === undefined ? `number ${use.number}` : `"${heard?.path ?? use.path}"`;
      this.#network.mention(source, `${what} is for a node that is not here: ${where}`);
      return;
    }
    const rule = node[RULES](isSet).of(use.name);
    const problem = this.#whyNot(source, node, rule, isSet);
    if (rule === undefined || problem !== null) {
      this.#network.mention(source, `${what} on ${node.get_path()}: ${problem}`);
      return;
    }
    const values = this.#valuesOf(use, packet, isSet);
    if (typeof values === 'string') {
      this.#network.isBad(source, `${what} on ${node.get_path()}: ${values}`);
      return;
    }
    const failed = this.#do(source, node, { isSet, name: use.name, values, isUnreliable: false }, rule);
    if (failed !== null) this.#network.mention(source, `${what} on ${node.get_path()}: ${failed}`);
  }

  /** Why `source` may not; null when it may. */
  #whyNot(source: number, node: Node, rule: Rule | undefined, isSet: boolean): string | null {
    if (rule === undefined) {
      const [kind, where] = isSet
        ? ['property', 'static rsets nor in rset_config']
        : ['method', 'static rpcs nor in rpc_config'];
      return `it is neither in ${where}; each ${kind} that is: ${node[RULES](isSet).names}`;
    }
    const master = node.get_network_master();
    const isMaster = master === this.#network.peer?.get_unique_id();
    if (mayUse(rule.mode, isMaster, source, master)) return null;
    return `its mode is "${wordOf(rule.mode)}", and the node's master is ${isMaster ? 'this side' : master}`;
  }

  #valuesOf({ at, end }: Use, packet: OwnBytes, isSet: boolean): unknown[] | string {
    const options = { allowObjects: this.#network.allowsObjects };
    const count = isSet ? 1 : at < end ? (packet[at] as number) : -1;
    if (count < 0) return 'it has no number of arguments';
    const values: unknown[] = [];
    let next = isSet ? at : at + 1;
    for (let i = 0; i < count; i += 1) {
      const { error, value, size, reason } = decodeVariant(3, packet.subarray(next, end), options);
      if (error !== OK) return `value ${i} does not decode: ${reason}`;
      values.push(value);
      next += size;
    }
    return next === end ? values : `${end - next} bytes follow its values`;
  }

  /** Calls or sets in the name of `source`; returns why it can't. What the game throws is reported. */
  #do(source: number, node: Node, { isSet, name, values }: Wanted, rule: Rule): string | null {
    const members = node as unknown as Members;
    const method = isSet ? null : members[name];
    if (isSet && !(name in node)) return 'there is no such property on this side';
    if (!isSet && typeof method !== 'function') return 'the method has no body on this side';
    const problem = isSet ? null : arityProblem(method as Method, rule, values.length);
    if (problem !== null) return problem;
    try {
      this.#network.inNameOf(source, () => {
        if (isSet) members[name] = values[0];
        else (method as Method).apply(node, values as unknown[]);
      });
    } catch (error) {
      const what = isSet ? 'setter' : 'method';
      printError(`the ${what} "${name}" of ${node.get_path()} threw ${textOfThrown(error, 'stack')}`, node);
    }
    return null;
  }
}

const textOf = ({ isSet, name }: Wanted): string => `${isSet ? 'rset' : 'rpc'} "${name}"`;

function fail(message: string, node: Node): false {
  printError(message, node);
  return false;
}

/** How many arguments are missing or too many: a text, or null. */
function arityProblem(method: Method, { arity }: Rule, count: number): string | null {
  const [least, most] = arity ?? [method.length, method.length];
  if (count >= least && count <= most) return null;
  const expected = least === most ? `${least}` : `${least} to ${most}`;
  const hint = arity === null ? '; "arguments" in its rule says otherwise' : '';
  return `it takes ${expected} arguments, got ${count}${hint}`;
}
