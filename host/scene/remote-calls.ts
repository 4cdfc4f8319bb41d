// Calls of methods of nodes at other peers: sending and receiving them.
import { printError, refuse } from '../binding/error-handler.js';
import {
  ERR_CONNECTION_ERROR,
  ERR_INVALID_PARAMETER,
  ERR_UNCONFIGURED,
  FAILED,
  type GodotError,
  OK,
} from '../binding/errors.js';
import { textOfThrown } from '../binding/thrown.js';
import { ownedCopy } from '../bytes.js';
import { MultiplayerAPI } from '../godot4/multiplayer/multiplayer-api.js';
import { MultiplayerPeer } from '../godot4/multiplayer/multiplayer-peer.js';
import type { NodeHost } from '../godot4/multiplayer/node-side.js';
import { ByteWriter } from '../variant/byte-writer.js';
import { CompressedReader, WITH_OBJECTS, writeCompressed } from '../variant/compressed.js';
import type { Node } from './node.js';
import { beginCall, type Call, IS_OFFSET, readCall, WIDEST, widthOf } from './node-packets.js';
import type { NodePaths } from './node-paths.js';
import { RPCS, type Rpc } from './rpc-config.js';

const { CONNECTION_CONNECTED } = MultiplayerPeer;
const { RPC_MODE_ANY_PEER, RPC_MODE_DISABLED } = MultiplayerAPI;
const MOST_ARGUMENTS = 255;
/** Place of the node id in a call. */
const ID_AT = 1;

type Method = (...args: unknown[]) => unknown;

const writer = new ByteWriter();

/** The only argument, when it is sent without a count: bytes. */
function onlyBytes(args: readonly unknown[]): Uint8Array | null {
  const [only] = args;
  return args.length === 1 && only instanceof Uint8Array ? only : null;
}

/** How many arguments are missing or too many: a text, or null. */
function arityProblem(node: Node, { name, arity }: Rpc, count: number): string | null {
  const { length } = (node as unknown as Record<string, unknown>)[name] as Method;
  const least = arity === null ? length : arity[0];
  const most = arity === null ? length : arity[1];
  if (count >= least && count <= most) return null;
  const expected = least === most ? `${least}` : `${least} to ${most}`;
  const hint = arity === null ? '; "arguments" in its rpc configuration says otherwise' : '';
  return `${name} takes ${expected} arguments, got ${count}${hint}`;
}

export class RemoteCalls {
  readonly #host: NodeHost;
  readonly #paths: NodePaths;

  constructor(host: NodeHost, paths: NodePaths) {
    this.#host = host;
    this.#paths = paths;
  }

  /** Calls `method` of `node` at `target`: a peer, 0 for all, a negative id for all but one; and here, too, if it may. */
  call(target: number, node: Node, method: string, args: readonly unknown[]): GodotError {
    const { peer } = this.#host.sender;
    if (peer === null) return refuse(ERR_UNCONFIGURED, `rpc "${method}": there is no multiplayer_peer`, node);
    if (peer.get_connection_status() !== CONNECTION_CONNECTED) {
      return refuse(ERR_CONNECTION_ERROR, `rpc "${method}": the multiplayer_peer is not connected`, node);
    }
    const number = node[RPCS].numberOf(method);
    const rpc = node[RPCS].at(number);
    if (rpc === undefined) {
      const why = `"${method}" of ${node.get_path()} is not callable: it is neither in static rpcs nor in rpc_config`;
      return refuse(ERR_INVALID_PARAMETER, `rpc: ${why}`, node);
    }
    const here = peer.get_unique_id();
    if (target === here && !rpc.callLocal) {
      return refuse(ERR_INVALID_PARAMETER, `rpc: "${method}" can't be called on this side without call_local`, node);
    }
    if (target !== here) {
      const error = this.#send(target, node, number, rpc, args);
      if (error !== OK) return error;
    }
    const isHere = target === 0 || target === here || (target < 0 && target !== -here);
    return rpc.callLocal && isHere ? this.#callHere(here, node, rpc, args) : OK;
  }

  #callHere(here: number, node: Node, rpc: Rpc, args: readonly unknown[]): GodotError {
    const problem = this.#run(here, node, rpc, args);
    return problem === null ? OK : refuse(FAILED, `rpc: ${problem}`, node);
  }

  #send(target: number, node: Node, number: number, rpc: Rpc, args: readonly unknown[]): GodotError {
    if (args.length > MOST_ARGUMENTS) {
      return refuse(ERR_INVALID_PARAMETER, `rpc "${rpc.name}": more than ${MOST_ARGUMENTS} arguments`, node);
    }
    if (target !== 0 && !this.#paths.isKnown(Math.abs(target))) {
      printError(`rpc "${rpc.name}": there is no peer ${Math.abs(target)}`, node);
      return OK;
    }
    const targets = this.#paths.targetsOf(target);
    if (targets.length === 0) return OK;
    const isKnownToAll = this.#paths.areInformed(node, targets);
    const path = isKnownToAll ? '' : this.#paths.pathOf(node);
    if (path === '' && !isKnownToAll) {
      const why = `${node.get_path()} is not below the root_path "${this.#host.rootPath}"`;
      return refuse(ERR_INVALID_PARAMETER, `rpc "${rpc.name}": ${why}`, node);
    }
    const { id, peers } = isKnownToAll ? this.#paths.numbered(node) : this.#paths.introduce(node, targets);
    writer.reset();
    const bytes = onlyBytes(args);
    const hasCount = args.length > 0 && bytes === null;
    beginCall(writer, id, isKnownToAll ? widthOf(id) : WIDEST, number, hasCount);
    if (bytes !== null) writer.raw(bytes);
    else if (hasCount) {
      writer.u8(args.length);
      for (let i = 0; i < args.length; i += 1) {
        const reason = writeCompressed(writer, args[i], this.#host.allowsObjects);
        if (reason !== null) {
          return refuse(ERR_INVALID_PARAMETER, `rpc "${rpc.name}": argument ${i} can't be sent: ${reason}`, node);
        }
      }
    }
    const short = writer.take();
    this.#host.sender.peer?.set_transfer_mode(rpc.transferMode);
    this.#host.sender.peer?.set_transfer_channel(rpc.channel);
    if (isKnownToAll) return this.#paths.sendToEach(targets, short);
    // Both forms are made before the first is sent: a transport may call back, and the game may call in turn.
    writer.setU32(ID_AT, IS_OFFSET + writer.at);
    writer.text(path);
    const long = writer.take();
    const isConfirmed = (one: number): boolean => peers.get(one) === 'confirmed';
    const confirmed = targets.filter(isConfirmed);
    const others = targets.filter((one) => !isConfirmed(one));
    const result = confirmed.length > 0 ? this.#paths.sendToEach(confirmed, short) : OK;
    return this.#paths.sendToEach(others, long) || result;
  }

  /** Handles a call that `source` has sent. */
  receive(source: number, packet: Uint8Array): void {
    const call = readCall(packet);
    if (call === null) {
      this.#host.isBad(source, `a call of peer ${source} is malformed`);
      return;
    }
    const node = call.id < 0 ? this.#paths.nodeAt(call.path) : this.#paths.theirNode(source, call.id);
    if (node === null) {
      const which = call.id < 0 ? `"${call.path}"` : `number ${call.id}`;
      this.#host.mention(source, `peer ${source} calls a method of a node that is not here: ${which}`);
      return;
    }
    const problem = this.#handle(source, node, call, packet);
    if (problem !== null) this.#host.mention(source, `a call of peer ${source} on ${node.get_path()}: ${problem}`);
  }

  /** Runs a received call; returns why it may not. */
  #handle(source: number, node: Node, call: Call, packet: Uint8Array): string | null {
    const rpc = node[RPCS].at(call.method);
    if (rpc === undefined) return `no callable method has the number ${call.method}; here are ${namesOf(node)}`;
    if (rpc.mode !== RPC_MODE_ANY_PEER) {
      const authority = node.get_multiplayer_authority();
      if (rpc.mode === RPC_MODE_DISABLED) return `${rpc.name} has the mode "disabled"`;
      if (source !== authority) return `${rpc.name} has the mode "authority", and the authority is ${authority}`;
    }
    const args = this.#argumentsOf(call, packet);
    return typeof args === 'string' ? args : this.#run(source, node, rpc, args);
  }

  #argumentsOf({ count, at, end }: Call, packet: Uint8Array): unknown[] | string {
    if (count < 0) return at === end ? [] : [ownedCopy(packet.subarray(at, end))];
    const bytes = end === packet.length ? packet : packet.subarray(0, end);
    const reader = new CompressedReader(bytes, at, this.#host.allowsObjects ? WITH_OBJECTS : undefined);
    const args = reader.list(count, 'argument');
    return typeof args === 'string' || reader.at === end ? args : `${end - reader.at} bytes follow its arguments`;
  }

  /** Runs a method in the name of `source`; returns why it can't. What the method throws is reported. */
  #run(source: number, node: Node, rpc: Rpc, args: readonly unknown[]): string | null {
    const method = (node as unknown as Record<string, unknown>)[rpc.name];
    if (typeof method !== 'function') return `${rpc.name} has no body on this side`;
    const problem = arityProblem(node, rpc, args.length);
    if (problem !== null) return problem;
    const outer = this.#host.source;
    this.#host.source = source;
    try {
      const result = (method as Method).apply(node, args as unknown[]);
      // Nobody awaits what an async method returns; a rejection would end the process.
      if (result instanceof Promise) result.catch((error: unknown) => tellThrown(node, rpc, error));
    } catch (error) {
      tellThrown(node, rpc, error);
    } finally {
      this.#host.source = outer;
    }
    return null;
  }
}

function tellThrown(node: Node, { name }: Rpc, error: unknown): void {
  printError(`the method "${name}" of "${node.name}" threw ${textOfThrown(error, 'stack')}`, node);
}

function namesOf(node: Node): string {
  const { names } = node[RPCS];
  return names.length === 0 ? 'none' : names.join(', ');
}
