// Who may call a method of a Godot 3 node, or set a property, and on which sides that has an effect: the modes, and the
// rules of classes and of single nodes.
import { requireInt, requireString, wrongType } from '../../binding/arguments.js';

/** Godot 3's RPCMode. */
export const RPC_MODES = {
  RPC_MODE_DISABLED: 0,
  RPC_MODE_REMOTE: 1,
  RPC_MODE_MASTER: 2,
  RPC_MODE_PUPPET: 3,
  RPC_MODE_SLAVE: 3,
  RPC_MODE_REMOTESYNC: 4,
  RPC_MODE_SYNC: 4,
  RPC_MODE_MASTERSYNC: 5,
  RPC_MODE_PUPPETSYNC: 6,
} as const;

const {
  RPC_MODE_DISABLED,
  RPC_MODE_MASTER,
  RPC_MODE_MASTERSYNC,
  RPC_MODE_PUPPET,
  RPC_MODE_PUPPETSYNC,
  RPC_MODE_REMOTE,
  RPC_MODE_REMOTESYNC,
} = RPC_MODES;

/**
 * One of the modes.
 *
 * @godotType int
 */
export type RpcMode = (typeof RPC_MODES)[keyof typeof RPC_MODES];

/** The modes by the keywords of Godot 3's scripts. */
const WORDS = {
  disabled: RPC_MODE_DISABLED,
  remote: RPC_MODE_REMOTE,
  master: RPC_MODE_MASTER,
  puppet: RPC_MODE_PUPPET,
  slave: RPC_MODE_PUPPET,
  remotesync: RPC_MODE_REMOTESYNC,
  sync: RPC_MODE_REMOTESYNC,
  mastersync: RPC_MODE_MASTERSYNC,
  puppetsync: RPC_MODE_PUPPETSYNC,
} as const;

/** A mode by its keyword: 'remote', 'puppetsync' and so on. */
export type RpcWord = keyof typeof WORDS;

/** A mode together with the number of arguments that a method takes. */
export interface RpcRule {
  readonly mode: RpcWord | RpcMode;
  /** Number of arguments, or the least and the most; as many as the method's parameters without defaults if missing. */
  readonly arguments?: number | readonly [least: number, most: number];
}

/** What `static rpcs` and `static rsets` say of a name. */
export type RpcDeclaration = RpcWord | RpcMode | RpcRule;

/** A declaration whose values are checked. */
export interface Rule {
  readonly mode: RpcMode;
  /** Least and most arguments; null for those of the method. */
  readonly arity: readonly [number, number] | null;
}

const ALL: ReadonlySet<unknown> = new Set(Object.values(RPC_MODES));

/** The mode that `value` is, or is the keyword of; throws a TypeError for anything else. */
export function readMode(name: string, value: unknown): RpcMode {
  const mode = typeof value === 'string' && Object.hasOwn(WORDS, value) ? WORDS[value as RpcWord] : value;
  if (!ALL.has(mode)) throw wrongType(name, `an RPCMode, or one of ${Object.keys(WORDS).join(', ')}`, value);
  return mode as RpcMode;
}

function readArity(name: string, value: RpcRule['arguments']): Rule['arity'] {
  if (value === undefined) return null;
  const [least, most] = typeof value === 'number' ? [value, value] : value;
  return [requireInt(name, least), requireInt(name, most)];
}

function readRule(name: string, declaration: unknown): Rule {
  const what = `the rule of "${name}"`;
  if (typeof declaration !== 'object' || declaration === null)
    return { mode: readMode(what, declaration), arity: null };
  const { mode, arguments: count } = declaration as RpcRule;
  return { mode: readMode(`mode in ${what}`, mode), arity: readArity(`arguments in ${what}`, count) };
}

/** Name of the static property of a class that has its rules. */
type Declared = 'rpcs' | 'rsets';

type RulesOfClass = ReadonlyMap<string, Rule>;

const ofClasses: Record<Declared, WeakMap<object, RulesOfClass>> = { rpcs: new WeakMap(), rsets: new WeakMap() };

/** Rules of a class, those of its base classes included. */
function rulesOfClass(type: object, declared: Declared): RulesOfClass {
  const known = ofClasses[declared].get(type);
  if (known !== undefined) return known;
  const rules = new Map<string, Rule>();
  for (let at: object | null = type; at !== null; at = Object.getPrototypeOf(at)) {
    const own = Object.hasOwn(at, declared) ? (at as Partial<Record<Declared, object>>)[declared] : {};
    for (const [name, declaration] of Object.entries(own ?? {})) {
      if (!rules.has(name)) rules.set(name, readRule(name, declaration));
    }
  }
  ofClasses[declared].set(type, rules);
  return rules;
}

/** Rules of one node, for its methods or for its properties. */
export class Rules {
  readonly #ofClass: RulesOfClass;
  /** Created by the first rule for this node alone. */
  #own: Map<string, Rule> | null = null;

  constructor(type: object, declared: Declared) {
    this.#ofClass = rulesOfClass(type, declared);
  }

  /** Undefined for a name that others may not use. */
  of(name: string): Rule | undefined {
    return this.#own?.get(name) ?? this.#ofClass.get(name);
  }

  /** Sets the mode for this node alone; RPC_MODE_DISABLED takes it back, and what the class says counts again. */
  configure(name: string, mode: unknown): void {
    requireString('name', name);
    const rule = { mode: readMode('mode', mode), arity: this.#ofClass.get(name)?.arity ?? null };
    this.#own ??= new Map();
    if (rule.mode === RPC_MODE_DISABLED) this.#own.delete(name);
    else this.#own.set(name, rule);
  }

  /** Names with a rule, for reports. */
  get names(): string {
    return [...new Set([...this.#ofClass.keys(), ...(this.#own?.keys() ?? [])])].join(', ') || 'none';
  }
}

/** Keyword of a mode, for reports. */
export function wordOf(mode: RpcMode): string {
  return Object.entries(WORDS).find(([, value]) => value === mode)?.[0] ?? `${mode}`;
}

/** Whether `source` may use what has the mode `mode` on this side, which is the node's master or not. */
export function mayUse(mode: RpcMode, isMaster: boolean, source: number, master: number): boolean {
  switch (mode) {
    case RPC_MODE_REMOTE:
    case RPC_MODE_REMOTESYNC:
      return true;
    case RPC_MODE_MASTER:
    case RPC_MODE_MASTERSYNC:
      return isMaster;
    case RPC_MODE_PUPPET:
    case RPC_MODE_PUPPETSYNC:
      return !isMaster && source === master;
    default:
      return false;
  }
}

/** Whether a use that includes this side has its effect here. */
export function isUsedHere(mode: RpcMode, isMaster: boolean): boolean {
  switch (mode) {
    case RPC_MODE_REMOTESYNC:
    case RPC_MODE_MASTERSYNC:
    case RPC_MODE_PUPPETSYNC:
      return true;
    case RPC_MODE_MASTER:
      return isMaster;
    case RPC_MODE_PUPPET:
      return !isMaster;
    default:
      return false;
  }
}

/** Whether nobody else would accept a use that includes this side: only the master would, and that is this side. */
export function isUsedNowhereElse(mode: RpcMode, isMaster: boolean): boolean {
  return isMaster && (mode === RPC_MODE_MASTER || mode === RPC_MODE_MASTERSYNC);
}
