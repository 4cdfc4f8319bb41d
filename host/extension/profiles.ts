// API differences of older engines, and their application to the class descriptions.
import type { ArgumentInfo, ClassInfo, TypeInfo } from '../binding/class-info.js';
import type { CompatibilityProfile } from '../protocol/settings.js';

/** An engine whose API the classes present. */
export type ProfileName = CompatibilityProfile;

export interface Profile {
  readonly name: ProfileName;
  readonly version: readonly [major: number, minor: number];
  /** Classes that it does not have: their members move into the derived classes. */
  readonly withoutClasses: readonly string[];
  /** Members that it does not have, by class. */
  readonly withoutMembers: Readonly<Record<string, readonly string[]>>;
  /** Different hashes by class and method, where the method's types have other names. */
  readonly hashes: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
}

const PROFILES: readonly Profile[] = [
  {
    name: '4.3',
    version: [4, 3],
    withoutClasses: ['SocketServer', 'StreamPeerSocket', 'StreamPeerUDS', 'UDSServer'],
    withoutMembers: {
      WebSocketPeer: ['heartbeat_interval', 'get_heartbeat_interval', 'set_heartbeat_interval'],
      SocketServer: ['take_socket_connection'],
    },
    hashes: { StreamPeerTCP: { get_status: [859471121] } },
  },
  { name: '4.6', version: [4, 6], withoutClasses: [], withoutMembers: {}, hashes: {} },
];

export function profileNamed(name: string): Profile {
  const found = PROFILES.find((profile) => profile.name === name);
  if (found !== undefined) return found;
  throw new RangeError(`profile must be one of ${PROFILES.map((one) => `'${one.name}'`).join(', ')}, got '${name}'`);
}

/** The classes as `profile` has them, base classes first. */
export function seenBy(profile: Profile, infos: readonly ClassInfo[]): ClassInfo[] {
  const byName = new Map(infos.map((info) => [info.name, info]));
  const isGone = (name: string): boolean => profile.withoutClasses.includes(name);
  return infos.filter(({ name }) => !isGone(name)).map((info) => without(profile, flattened(info, byName, isGone)));
}

/** `info` with the members of the missing classes directly above it. */
function flattened(info: ClassInfo, byName: Map<string, ClassInfo>, isGone: (name: string) => boolean): ClassInfo {
  const above = byName.get(info.inherits);
  if (above === undefined || !isGone(above.name)) return info;
  const own = new Set(info.methods.map(({ name }) => name));
  const merged: ClassInfo = {
    ...info,
    inherits: above.inherits,
    methods: [...above.methods.filter(({ name }) => !own.has(name)), ...info.methods],
    properties: [...above.properties, ...info.properties],
    signals: [...above.signals, ...info.signals],
    enums: [...above.enums, ...info.enums],
    constants: { ...above.constants, ...info.constants },
  };
  return flattened(renamed(merged, `enum::${above.name}.`, `enum::${info.name}.`), byName, isGone);
}

/** `info` with its moved enums under its own name. */
function renamed(info: ClassInfo, from: string, to: string): ClassInfo {
  const move = <T extends TypeInfo>(one: T): T => ({ ...one, type: one.type.replace(from, to) });
  const moveArgs = <T extends { readonly args: readonly ArgumentInfo[] }>(one: T): T => ({
    ...one,
    args: one.args.map(move),
  });
  return {
    ...info,
    methods: info.methods.map((method) => ({ ...moveArgs(method), returns: move(method.returns) })),
    properties: info.properties.map(move),
    signals: info.signals.map(moveArgs),
  };
}

function without(profile: Profile, info: ClassInfo): ClassInfo {
  const gone = new Set([...(profile.withoutMembers[info.name] ?? []), ...goneAbove(profile)]);
  const stays = ({ name }: { name: string }): boolean => !gone.has(name);
  return { ...info, methods: info.methods.filter(stays), properties: info.properties.filter(stays) };
}

/** Removed members of the missing classes, which do not move into derived classes. */
function goneAbove(profile: Profile): string[] {
  return profile.withoutClasses.flatMap((name) => profile.withoutMembers[name] ?? []);
}
