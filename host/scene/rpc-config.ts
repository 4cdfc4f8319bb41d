// How methods of nodes may be called by others: the configurations of classes and of single nodes, the numbers of the
// methods, and the checksum by which two sides see that they have the same methods.
import { md5 } from '@noble/hashes/legacy.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { requireBool, requireInt, requireString, wrongType } from '../binding/arguments.js';
import { MultiplayerAPI } from '../godot4/multiplayer/multiplayer-api.js';
import { MultiplayerPeer } from '../godot4/multiplayer/multiplayer-peer.js';
import { OWN_METHOD } from './node-packets.js';

/** Key of the methods of a node that others may call. */
export const RPCS: unique symbol = Symbol('callable methods');

/** Modes and transfer modes by the words of Godot's `@rpc` annotation. */
const MODES = {
  disabled: MultiplayerAPI.RPC_MODE_DISABLED,
  any_peer: MultiplayerAPI.RPC_MODE_ANY_PEER,
  authority: MultiplayerAPI.RPC_MODE_AUTHORITY,
} as const;
const TRANSFER_MODES = {
  unreliable: MultiplayerPeer.TRANSFER_MODE_UNRELIABLE,
  unreliable_ordered: MultiplayerPeer.TRANSFER_MODE_UNRELIABLE_ORDERED,
  reliable: MultiplayerPeer.TRANSFER_MODE_RELIABLE,
} as const;

/**
 * How a method may be called, in the words of `@rpc` or with Godot's constants. What is missing has its default.
 *
 * @godotType Variant
 */
export interface RpcConfig {
  /** Who may call it: 'authority', as at start, or 'any_peer'. */
  readonly mode?: keyof typeof MODES;
  readonly rpc_mode?: MultiplayerAPI.RPCMode;
  /** Whether a call to everyone runs here, too; false at start. */
  readonly call_local?: boolean;
  /** 'reliable' at start. WebSockets deliver everything reliably and in order. */
  readonly transfer_mode?: keyof typeof TRANSFER_MODES | MultiplayerPeer.TransferMode;
  /** 0 at start. */
  readonly channel?: number;
  /**
   * Number of arguments, or the least and the most; as many as the method's parameters without defaults if missing.
   *
   * @addition
   */
  readonly arguments?: number | readonly [least: number, most: number];
}

/** An RpcConfig whose values are checked. */
export interface Rpc {
  readonly name: string;
  readonly mode: MultiplayerAPI.RPCMode;
  readonly callLocal: boolean;
  readonly transferMode: MultiplayerPeer.TransferMode;
  readonly channel: number;
  /** Least and most arguments; null for those of the method. */
  readonly arity: readonly [number, number] | null;
}

/** The word's value, or a value itself; a TypeError for anything else. */
function oneOf<V extends number>(name: string, words: Readonly<Record<string, V>>, value: unknown): V {
  const found = typeof value === 'string' && Object.hasOwn(words, value) ? words[value] : value;
  if (!Object.values(words).includes(found as V))
    throw wrongType(name, `one of ${Object.keys(words).join(', ')}`, value);
  return found as V;
}

function arityOf(name: string, value: RpcConfig['arguments']): readonly [number, number] | null {
  if (value === undefined) return null;
  const [least, most] = typeof value === 'number' ? [value, value] : value;
  return [requireInt(name, least), requireInt(name, most)];
}

/** Checks `config` of the method `name`; throws a TypeError that names what is wrong. */
export function readRpcConfig(name: string, config: unknown): Rpc {
  requireString('method', name);
  const what = `the rpc configuration of "${name}"`;
  if (typeof config !== 'object' || config === null) throw wrongType(what, 'an object', config);
  const given = (config instanceof Map ? Object.fromEntries(config) : config) as RpcConfig;
  const { mode, rpc_mode, call_local = false, transfer_mode = 'reliable', channel = 0 } = given;
  return {
    name,
    mode: oneOf(`mode in ${what}`, MODES, mode ?? rpc_mode ?? 'authority'),
    callLocal: requireBool(`call_local in ${what}`, call_local),
    transferMode: oneOf(`transfer_mode in ${what}`, TRANSFER_MODES, transfer_mode),
    channel: requireInt(`channel in ${what}`, channel),
    arity: arityOf(`arguments in ${what}`, given.arguments),
  };
}

/** Order of method names: by code points, as the engine sorts them. */
function byCodePoints(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  for (const [i, character] of left.entries()) {
    const other = right[i];
    if (other === undefined) return 1;
    const difference = (character.codePointAt(0) as number) - (other.codePointAt(0) as number);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** Callable methods of one kind, numbered in the order of their names. */
export class RpcList {
  readonly names: readonly string[];
  readonly #numbers: ReadonlyMap<string, number>;
  readonly #rpcs: readonly Rpc[];

  constructor(rpcs: Iterable<Rpc>) {
    this.#rpcs = [...rpcs].sort((a, b) => byCodePoints(a.name, b.name));
    this.names = this.#rpcs.map(({ name }) => name);
    this.#numbers = new Map(this.names.map((name, number) => [name, number]));
  }

  /** Number of the method; -1 when there is none of this name. */
  numberOf(name: string): number {
    return this.#numbers.get(name) ?? -1;
  }

  at(number: number): Rpc | undefined {
    return this.#rpcs[number];
  }

  get configs(): readonly Rpc[] {
    return this.#rpcs;
  }
}

export const NO_RPCS = new RpcList([]);

/** A class with configurations of its methods, in the shape of `static rpcs`. */
interface WithRpcs {
  readonly rpcs?: Readonly<Record<string, RpcConfig>>;
}

const listsOfClasses = new WeakMap<object, RpcList>();

/** Callable methods of a class, those of its base classes included. */
export function rpcsOfClass(type: object): RpcList {
  let list = listsOfClasses.get(type);
  if (list === undefined) {
    const rpcs = new Map<string, Rpc>();
    for (let at: object | null = type; at !== null; at = Object.getPrototypeOf(at)) {
      const own = Object.hasOwn(at, 'rpcs') ? ((at as WithRpcs).rpcs ?? {}) : {};
      for (const [name, config] of Object.entries(own)) {
        if (!rpcs.has(name)) rpcs.set(name, readRpcConfig(name, config));
      }
    }
    list = rpcs.size === 0 ? NO_RPCS : new RpcList(rpcs.values());
    listsOfClasses.set(type, list);
  }
  return list;
}

/** All callable methods of a node: those of its class, and those of its own `rpc_config`. */
export class Rpcs {
  readonly ofClass: RpcList;
  own = NO_RPCS;
  /** The configurations of this node alone, as they were given; null before the first. */
  ownConfig: Record<string, RpcConfig> | null = null;
  #checksum: string | null = null;

  constructor(type: object) {
    this.ofClass = rpcsOfClass(type);
  }

  /** Sets or removes (null) the configuration of a method of this node alone. */
  configure(name: string, config: RpcConfig | null): void {
    const rpc = config === null ? [] : [readRpcConfig(name, config)];
    this.own = new RpcList([...this.own.configs.filter((one) => one.name !== name), ...rpc]);
    this.ownConfig ??= Object.create(null) as Record<string, RpcConfig>;
    if (config === null) delete this.ownConfig[name];
    else this.ownConfig[name] = config;
    this.#checksum = null;
  }

  /** Number of the method in packets; -1 when it may not be called. */
  numberOf(name: string): number {
    const number = this.ofClass.numberOf(name);
    if (number >= 0) return number;
    const own = this.own.numberOf(name);
    return own < 0 ? own : OWN_METHOD | own;
  }

  at(number: number): Rpc | undefined {
    return (number & OWN_METHOD) === 0 ? this.ofClass.at(number) : this.own.at(number & ~OWN_METHOD);
  }

  /** Names of all of them: those of `rpc_config` first, as the engine has them in its checksum. */
  get names(): readonly string[] {
    return [...this.own.names, ...this.ofClass.names];
  }

  /** MD5 of all names, as 32 digits; a name in both lists counts twice. */
  get checksum(): string {
    this.#checksum ??= bytesToHex(md5(utf8ToBytes(this.names.join(''))));
    return this.#checksum;
  }
}
