// The class of a script: its callable methods with their configurations and types, and its properties.
import { MEMBERS_HERE, memberName } from './names.js';
import type { PlannedClass } from './plan.js';
import type { MethodInfo, RpcInfo, ScriptInfo } from './project.js';
import type { Writing } from './writing.js';

const MODES = ['disabled', 'any_peer', 'authority'];
const TRANSFER_MODES = ['unreliable', 'unreliable_ordered', 'reliable'];

export function writeClass(writing: Writing, planned: PlannedClass): string {
  const { classNames, plan, isTyped } = writing;
  const name = classNames.get(planned.key) ?? '';
  const base = classNames.get(planned.base) ?? 'Node';
  const inherited = plan.classes.get(planned.base)?.script;
  const members = [...rpcsOf(writing, planned.script, inherited), ...propertiesOf(writing, planned)];
  const body = members.length === 0 ? '' : `\n${members.map((line) => `  ${line}\n`).join('')}`;
  const text = `/** ${planned.key} */\nexport class ${name} extends ${base} {${body}}`;
  const methods = isTyped ? methodsOf(writing, planned.script, inherited) : [];
  if (methods.length === 0) return text;
  return `export interface ${name} {\n${methods.map((line) => `  ${line}\n`).join('')}}\n${text}`;
}

function rpcsOf(writing: Writing, script: ScriptInfo, inherited: ScriptInfo | undefined): string[] {
  const entries = sorted(script.rpcs).flatMap(([name, rpc]) => {
    const text = configOf(rpc, script.methods[name]);
    const same = inherited?.rpcs[name];
    const isSame = same !== undefined && text === configOf(same, inherited?.methods[name]);
    return isSame ? [] : [`  ${memberName(name)}: ${text},`];
  });
  if (entries.length === 0) return [];
  if (writing.isTyped) writing.usedTypes.add('RpcConfig');
  const overrides = Object.keys(inherited?.rpcs ?? {}).length > 0 ? 'override ' : '';
  const head = writing.isTyped
    ? `static ${overrides}readonly rpcs: Readonly<Record<string, RpcConfig>> = {`
    : 'static rpcs = {';
  return [head, ...entries, '};'];
}

/** In the order of the methods' numbers on the wire, so that the text does not depend on who has read the project. */
const sorted = <T>(members: Readonly<Record<string, T>>): [string, T][] =>
  Object.entries(members).sort(([a], [b]) => (a < b ? -1 : 1));

function configOf(rpc: RpcInfo, method: MethodInfo | undefined): string {
  const parts = [`mode: '${MODES[rpc.mode]}'`];
  if (rpc.callLocal) parts.push('call_local: true');
  if (rpc.transferMode !== 2) parts.push(`transfer_mode: '${TRANSFER_MODES[rpc.transferMode]}'`);
  if (rpc.channel !== 0) parts.push(`channel: ${rpc.channel}`);
  if (method !== undefined) parts.push(`arguments: ${arityOf(method)}`);
  return `{ ${parts.join(', ')} }`;
}

/** A packet of a call has at most 255 arguments. */
const MOST_ARGUMENTS = 255;

function arityOf(method: MethodInfo): string {
  const most = method.isVararg ? MOST_ARGUMENTS : method.arguments.length;
  const least = method.arguments.filter(({ isOptional }) => !isOptional).length;
  return least === most ? String(most) : `[${least}, ${most}]`;
}

function methodsOf(writing: Writing, script: ScriptInfo, inherited: ScriptInfo | undefined): string[] {
  return sorted(script.rpcs).flatMap(([name]) => {
    const method = script.methods[name] ?? { arguments: [], isVararg: true };
    const base = inherited?.methods[name];
    const isSame = base !== undefined && JSON.stringify(base) === JSON.stringify(method);
    return isSame || MEMBERS_HERE.has(name) ? [] : [`${memberName(name)}(${parametersOf(writing, method)}): void;`];
  });
}

function parametersOf({ variants }: Writing, method: MethodInfo): string {
  const parameters = method.arguments.map(
    ({ name, type, isOptional }) => `${parameterName(name)}${isOptional ? '?' : ''}: ${variants.typeOf(type)}`,
  );
  if (method.isVararg) parameters.push('...rest: unknown[]');
  return parameters.join(', ');
}

/** Words of JavaScript that GDScript allows as names of parameters. */
const WORDS = new Set(
  `break case catch class const continue debugger default delete do else enum export extends false finally for function
  if import in instanceof new null return super switch this throw true try typeof var void while with yield let static
  implements interface package private protected public await eval arguments rest`.split(/\s+/),
);

const parameterName = (name: string): string => (WORDS.has(name) ? `${name}_` : name);

function propertiesOf({ variants, isTyped }: Writing, { properties }: PlannedClass): string[] {
  return [...properties].flatMap(([name, { type, value }]) => {
    if (MEMBERS_HERE.has(name)) return [];
    const text = variants.valueOf(type, value);
    const declared = text.endsWith('n') && type === 'int' ? 'number | bigint' : variants.typeOf(type);
    return [`${memberName(name)}${isTyped ? `: ${declared}` : ''} = ${text};`];
  });
}
