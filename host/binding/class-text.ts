// Parser of class descriptions in a compact text form, which scripts/lib/class-text.mjs generates: most programs load
// them but never use them, so their size matters. One member per line; its first character tells the kind:
//
//   Name<Base flags           the class
//   .flags name(args)result   a method; an argument is name:type, or name:type=default
//   @flags name:type arg      a property with the usual getter and setter; `own/type` if its type differs from theirs
//   !flags name(args)         a signal
//   #flags name               an enum, whose values the class has in a static group of this name
//   =  $                      any other property, the constants: as JSON
//   @@                        the settings of servers, which pages do not have: what `describeServers` says
//   @@flags name:type arg     a property that pages do not have, likewise; at most one of these lines in a class
//
// A type is a name, with `~` and its width if the engine states it. Flags: a abstract, c const, s static, v virtual,
// * vararg, + an addition, b a set of bits.
import type { ArgumentInfo, ClassInfo, MethodInfo, TypeInfo } from './class-info.js';

/** A regular expression's match and its groups. */
type Four = [string, string, string, string];
type Five = [...Four, string];

/** A description that is being parsed. */
type Draft = { constants: object } & Record<'methods' | 'properties' | 'signals' | 'enums', object[]>;

/** A class, by the names of its static groups. */
type Groups = Readonly<Record<string, object>>;

const FLAGS: Readonly<Record<string, string>> = {
  a: 'isAbstract',
  c: 'isConst',
  s: 'isStatic',
  v: 'isVirtual',
  '*': 'isVararg',
  '+': 'isAddition',
  b: 'isBitfield',
};

const flagsOf = (text: string): object => Object.fromEntries([...text].map((flag) => [FLAGS[flag], true]));

function typeOf(text: string): TypeInfo {
  const [type, meta] = (text || 'void').split('~') as [string, string?];
  return meta === undefined ? { type } : { type, meta };
}

function argumentOf(text: string): ArgumentInfo {
  const [, name, type, value] = /^(.+?):([^=]*)=?(.*)$/s.exec(text) as unknown as Four;
  return { name, ...typeOf(type), ...(value === '' ? {} : { default: JSON.parse(value) }) };
}

/** Parses `name(a:int,b:String="x")`; text after it is ignored. */
function callOf(text: string): Pick<MethodInfo, 'name' | 'args'> {
  const [, name, args] = /^(.+?)\((.*)\)/s.exec(text) as unknown as Four;
  return { name, args: args === '' ? [] : args.split(',').map(argumentOf) };
}

let serverLines: (line: string) => string = '' as never;

/** Sets what stands for lines that begin with `@@`, each after a line feed; nothing at first. */
export function describeServers(lines: (line: string) => string): void {
  serverLines = lines;
}

/** Parses a description, as written by the generator; `groups` has the values of the class's enums. */
export function readClass(text: string, groups?: object): ClassInfo {
  const [head, ...lines] = text.replace(/\n@@.*/, serverLines).split('\n') as [string, ...string[]];
  const [, name, inherits, headFlags] = /^(.+)<(\w*) ?(.*)$/.exec(head) as unknown as Four;
  const info: Draft = { methods: [], properties: [], signals: [], enums: [], constants: {} };
  for (const line of lines) {
    const [, kind, flags, rest] = /^(.)([a-z*+]*) ?(.*)$/s.exec(line) as unknown as Four;
    if (kind === '.') addMethod(info, flags, rest);
    else if (kind === '@') addAccessors(info, flags, rest);
    else if (kind === '!') info.signals.push({ ...callOf(rest), ...flagsOf(flags) });
    else if (kind === '#') info.enums.push({ name: rest, values: (groups as Groups)[rest], ...flagsOf(flags) });
    else if (kind === '=') info.properties.push(JSON.parse(rest));
    else info.constants = JSON.parse(rest);
  }
  return { name, inherits, ...flagsOf(headFlags), ...info } as ClassInfo;
}

function addMethod({ methods }: Draft, flags: string, call: string): void {
  const returns = typeOf(call.slice(call.lastIndexOf(')') + 1));
  methods.push({ ...callOf(call), returns, ...flagsOf(flags) });
}

function addAccessors(info: Draft, flags: string, text: string): void {
  const [, name, own, type, argument] = /^(.+?):(?:(\w+)\/)?(.*) (.*)$/.exec(text) as unknown as Five;
  const [getter, setter] = [`get_${name}`, `set_${name}`];
  addMethod(info, `c${flags}`, `${getter}()${type}`);
  addMethod(info, flags, `${setter}(${argument}:${type})`);
  info.properties.push({ name, type: own ?? typeOf(type).type, getter, setter, ...flagsOf(flags) });
}
