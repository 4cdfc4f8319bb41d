// The descriptions of classes as short texts, which scripts/lib/class-text.mjs writes: most programs load them and never
// ask, so what counts is their size. A line each, with what it is in its first character:
//
//   Name<Base flags           the class
//   .flags name(args)result   a method; an argument is name:type, or name:type=default
//   @flags name:type arg      a property with its two methods, as most have them
//   =  !  #  $                another property, a signal, an enum, the constants: as JSON
//
// A type is a name, with `~` and its width where the engine tells it. Flags: a abstract, c const, s static, v virtual,
// * vararg, + an addition.
import type { ArgumentInfo, ClassInfo, MethodInfo, TypeInfo } from './class-info.js';

/** A match with its three groups. */
type Four = [string, string, string, string];

const FLAGS: Readonly<Record<string, string>> = {
  a: 'isAbstract',
  c: 'isConst',
  s: 'isStatic',
  v: 'isVirtual',
  '*': 'isVararg',
  '+': 'isAddition',
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

/** `name(a:int,b:String="x")bool`. */
function methodOf(text: string): MethodInfo {
  const [, name, args, result] = /^(.+?)\((.*)\)(.*)$/s.exec(text) as unknown as Four;
  return { name, args: args === '' ? [] : args.split(',').map(argumentOf), returns: typeOf(result) };
}

/** Reads a description; `text` is as the generator wrote it. */
export function readClass(text: string): ClassInfo {
  const [head, ...lines] = text.split('\n') as [string, ...string[]];
  const [, name, inherits, headFlags] = /^(.+)<(\w*) ?(.*)$/.exec(head) as unknown as Four;
  const methods: object[] = [];
  const [properties, signals, enums, constants]: [object[], object[], object[], object[]] = [[], [], [], [{}]];
  const lists: Record<string, object[]> = { '=': properties, '!': signals, '#': enums, $: constants };
  for (const line of lines) {
    const [, kind, flagText, rest] = /^(.)([a-z*+]*) ?(.*)$/s.exec(line) as unknown as Four;
    const flags = flagsOf(flagText);
    if (kind === '.') methods.push({ ...methodOf(rest), ...flags });
    else if (kind === '@') addAccessors(methods, properties, rest, flags);
    else (lists[kind] as object[]).push(JSON.parse(rest));
  }
  const all = { methods, properties, signals, enums, constants: Object.assign({}, ...constants) };
  return { name, inherits, ...flagsOf(headFlags), ...all } as ClassInfo;
}

function addAccessors(methods: object[], properties: object[], text: string, flags: object): void {
  const [, name, typeText, argument] = /^(.+?):(.*) (.*)$/.exec(text) as unknown as Four;
  const type = typeOf(typeText);
  const [getter, setter] = [`get_${name}`, `set_${name}`];
  methods.push({ name: getter, args: [], returns: type, isConst: true, ...flags });
  methods.push({ name: setter, args: [{ name: argument, ...type }], returns: typeOf(''), ...flags });
  properties.push({ name, type: type.type, getter, setter, ...flags });
}
