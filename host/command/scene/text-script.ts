// A script in GDScript, read without the engine: what it extends, its callable methods, its properties.
import type { ArgumentInfo, MethodInfo, Problem, PropertyInfo, RpcInfo } from './project.js';
import { bracketed, type Statement, splitList, statementsOf } from './text-statements.js';
import { Variants } from './types.js';
import { readValue, readValueAt, type Value } from './value.js';

/** A script alone, without those that it extends. */
export interface OwnScript {
  className: string;
  /** `Node2D`, `Base`, `"res://base.gd"`; '' when it does not say. */
  base: string;
  baseLine: number;
  readonly rpcs: Record<string, RpcInfo>;
  readonly methods: Record<string, MethodInfo>;
  readonly properties: Record<string, PropertyInfo>;
  /** Paths of preloaded files by the constants that hold them. */
  readonly preloads: Record<string, string>;
  readonly problems: Problem[];
}

interface Annotation {
  readonly name: string;
  /** What is in its brackets. */
  readonly args: string;
}

const MODES: Readonly<Record<string, Partial<RpcInfo>>> = {
  any_peer: { mode: 1 },
  authority: { mode: 2 },
  call_local: { callLocal: true },
  call_remote: { callLocal: false },
  unreliable: { transferMode: 0 },
  unreliable_ordered: { transferMode: 1 },
  reliable: { transferMode: 2 },
};
const NAME = '[\\p{ID_Start}_][\\p{ID_Continue}]*';

export function readScript(path: string, text: string): OwnScript {
  const reader = new ScriptReader(path);
  let annotations: Annotation[] = [];
  for (const statement of statementsOf(text.replace(/^\ufeff/, ''))) {
    const { found, rest } = annotationsOf(statement.text);
    annotations.push(...found);
    if (rest === '') continue;
    reader.take({ ...statement, text: rest }, annotations);
    annotations = [];
  }
  return reader.script;
}

function annotationsOf(text: string): { found: Annotation[]; rest: string } {
  const found: Annotation[] = [];
  let rest = text;
  for (;;) {
    const name = /^@(\w+)\s*/.exec(rest);
    if (name === null) return { found, rest };
    rest = rest.slice(name[0].length);
    const length = rest.startsWith('(') ? bracketed(rest) : 0;
    found.push({ name: name[1] ?? '', args: rest.slice(1, Math.max(1, length - 1)) });
    rest = rest.slice(length).trim();
  }
}

class ScriptReader {
  readonly script: OwnScript = {
    className: '',
    base: '',
    baseLine: 0,
    rpcs: {},
    methods: {},
    properties: {},
    preloads: {},
    problems: [],
  };
  readonly #path: string;
  /** Names of enums, and values of constants: `SPEED`, `Kind.A`. */
  readonly #enums = new Set<string>();
  readonly #constants = new Map<string, string>();

  constructor(path: string) {
    this.#path = path;
  }

  take(statement: Statement, annotations: readonly Annotation[]): void {
    const { text, line } = statement;
    const word = /^\w+/.exec(text)?.[0] ?? '';
    if (word === 'class_name') this.#className(text, line);
    else if (word === 'extends') this.#extends(text, line);
    else if (word === 'func') this.#function(statement, annotations);
    else if (word === 'var') this.#variable(statement, annotations);
    else if (word === 'enum') this.#enum(text);
    else if (word === 'const') this.#constant(text);
    else if (word === 'class') this.#inner(statement);
  }

  #problem(line: number, text: string): void {
    this.script.problems.push({ file: this.#path, line, text });
  }

  #className(text: string, line: number): void {
    const [, name = '', base] = new RegExp(`^class_name\\s+(${NAME})\\s*(extends[\\s\\S]*)?`, 'u').exec(text) ?? [];
    this.script.className = name;
    if (base !== undefined) this.#extends(base, line);
  }

  #extends(text: string, line: number): void {
    this.script.base = text.replace(/^extends\s*/, '').trim();
    this.script.baseLine = line;
  }

  #constant(text: string): void {
    const [, name, path] = /^const\s+(\w+)[^=]*=\s*(?:pre)?load\(\s*["']([^"']*)["']\s*\)/.exec(text) ?? [];
    if (name !== undefined && path !== undefined) this.script.preloads[name] = path;
    const { name: own, value } = this.#declared(text.replace(/^const\s+/, ''));
    if (value !== null && readValue(value) !== null) this.#constants.set(own, value);
  }

  #enum(text: string): void {
    const [, name = '', members = ''] = /^enum\s*(\w*)\s*\{([\s\S]*)\}/.exec(text) ?? [];
    this.#enums.add(name);
    let next = 0;
    for (const member of splitList(members)) {
      const [key = '', value] = member.split('=').map((part) => part.trim());
      const read = value === undefined ? null : readValue(value);
      next = read?.kind === 'number' ? Number(read.text) : next;
      this.#constants.set(name === '' ? key : `${name}.${key}`, String(next));
      next += 1;
    }
  }

  #inner({ text, line, body }: Statement): void {
    if (!/^\s*@rpc\b/m.test(body)) return;
    this.#problem(line, `callable methods of the inner class "${/^class\s+(\w+)/.exec(text)?.[1] ?? ''}" are not read`);
  }

  #function({ text, line }: Statement, annotations: readonly Annotation[]): void {
    const [head, name] = new RegExp(`^func\\s+(${NAME})\\s*`, 'u').exec(text) ?? [];
    if (head === undefined || name === undefined) return;
    const rest = text.slice(head.length);
    const parameters = splitList(rest.slice(1, bracketed(rest) - 1));
    const isVararg = parameters.at(-1)?.startsWith('...') ?? false;
    this.script.methods[name] = {
      arguments: (isVararg ? parameters.slice(0, -1) : parameters).map((one) => this.#argument(one)),
      isVararg,
    };
    const rpc = annotations.find((one) => one.name === 'rpc');
    if (rpc !== undefined) this.script.rpcs[name] = this.#rpc(name, rpc.args, line);
  }

  #rpc(name: string, args: string, line: number): RpcInfo {
    const value = readValue(`[${args}]`);
    let rpc: RpcInfo = { mode: 2, callLocal: false, transferMode: 2, channel: 0 };
    for (const item of value?.kind === 'array' ? value.items : [null]) {
      const word = item?.kind === 'plain' ? MODES[String(item.value)] : undefined;
      if (item?.kind === 'number') rpc = { ...rpc, channel: Number(item.text) };
      else if (word !== undefined) rpc = { ...rpc, ...word };
      else this.#problem(line, `@rpc(${args}) of "${name}" is not read: only words in quotes and a number are`);
    }
    return rpc;
  }

  #argument(text: string): ArgumentInfo {
    const { name, type, value } = this.#declared(text);
    return { name, type: type ?? 'Variant', isOptional: value !== null };
  }

  #variable({ text, line }: Statement, annotations: readonly Annotation[]): void {
    const { name, type, value } = this.#declared(text.replace(/^var\s+/, ''));
    if (name === '') return;
    const isExported = annotations.some((one) => /^export(?!_category|_group|_subgroup)/.test(one.name));
    const literal = value === null ? 'null' : this.#literal(value);
    if (literal === null && isExported)
      this.#problem(line, `the value of "${name}" at start is not read: only literals and constants of the script are`);
    const read = readValue(literal ?? 'null');
    const guessed = isExported && read !== null ? typeOfValue(read) : 'Variant';
    this.script.properties[name] = { type: type ?? guessed, isExported, value: literal ?? 'null' };
  }

  /** The literal that `text` begins with, or that the constant stands for; null for expressions. */
  #literal(text: string): string | null {
    const zero = /^(Vector\di?|Rect2i?)\.ZERO\b/.exec(text)?.[1];
    if (zero !== undefined) return `${zero}()`;
    const read = readValueAt(text, 0);
    const rest = text.slice(read?.end ?? 0).trim();
    if (read !== null && (rest === '' || rest.startsWith(':')) && new Variants().canWrite(read.value))
      return text.slice(0, read.end).trim();
    return this.#constants.get(/^[\w.]+/.exec(text)?.[0] ?? '') ?? null;
  }

  /** `name: Type = value`, `name := value`, `name`; the value is all that follows. */
  #declared(text: string): { name: string; type: string | null; value: string | null } {
    const name = new RegExp(`^${NAME}`, 'u').exec(text)?.[0] ?? '';
    const rest = text.slice(name.length).trim();
    if (rest.startsWith(':=')) {
      const value = rest.slice(2).trim();
      const read = readValueAt(value, 0);
      const word = /^([A-Z]\w*)(?:\.[A-Z_]\w*|\()/.exec(value)?.[1];
      const named = word !== undefined && this.#enums.has(word) ? 'int' : (word ?? null);
      return { name, type: read === null ? named : typeOfValue(read.value), value };
    }
    const typed = /^:\s*([\w.]+(?:\[[^\]]*\])?)\s*/.exec(rest);
    const isType = typed !== null && !/^(?:get|set)$/.test(typed[1] ?? '');
    const after = isType ? rest.slice(typed[0].length) : rest;
    const type = isType ? (typed[1] ?? '') : null;
    return {
      name,
      type: type !== null && this.#enums.has(type) ? 'int' : type,
      value: after.startsWith('=') ? after.slice(1).trim() : null,
    };
  }
}

function typeOfValue(value: Value): string {
  switch (value.kind) {
    case 'plain':
      return typeof value.value === 'string' ? 'String' : value.value === null ? 'Variant' : 'bool';
    case 'number':
      return value.isFloat ? 'float' : 'int';
    case 'stringName':
      return 'StringName';
    case 'nodePath':
      return 'NodePath';
    case 'array':
      return 'Array';
    case 'dictionary':
      return 'Dictionary';
    case 'call':
      return value.types === '' ? value.name : `${value.name}[${value.types}]`;
  }
}
