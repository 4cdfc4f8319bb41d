// Settings of servers for their clients: who may come in, how many, and how much each may send. Runtimes and entries
// without servers do not have them.
import { wrongType } from '../binding/arguments.js';
import { SPEAKER } from '../binding/error-handler.js';
import type { Clock } from '../transport/platform.js';
import { ADMISSIONS, Admissions } from './admissions.js';
import { Crowd } from './crowd.js';
import type { HandshakeHook } from './handshake-hook.js';

/** Headers in which a proxy names the visitor. */
export const PROXY_HEADERS = ['x-forwarded-for', 'forwarded'] as const;
/**
 * Header in which a proxy names the visitor.
 *
 * @godotType String
 */
export type ProxyHeader = (typeof PROXY_HEADERS)[number];

export interface ServerSettingValues {
  allowedOrigins: readonly string[];
  allowedHosts: readonly string[];
  handshakeHook: HandshakeHook | null;
  trustedProxies: readonly string[];
  proxyHeader: ProxyHeader;
  maxPendingHandshakes: number;
  maxPendingPerAddress: number;
  maxConnectionsPerAddress: number;
  maxPacketsPerSecond: number;
  maxBytesPerSecond: number;
  maxBadPackets: number;
  /** No setting: counts the connections of all who have these values, or copies of them. */
  [ADMISSIONS]: Admissions;
  /** No setting: the server or client whose connections have this copy of the values. */
  [SPEAKER]: object | null;
}

/** Whether there are servers at all. */
export const hasServers: boolean = true;

const NONE: readonly string[] = [];

export const SERVER_DEFAULTS: Readonly<ServerSettingValues> = {
  allowedOrigins: NONE,
  allowedHosts: NONE,
  handshakeHook: null,
  trustedProxies: NONE,
  proxyHeader: 'x-forwarded-for',
  maxPendingHandshakes: 512,
  maxPendingPerAddress: 0,
  maxConnectionsPerAddress: 0,
  maxPacketsPerSecond: 0,
  maxBytesPerSecond: 0,
  maxBadPackets: 0,
  [ADMISSIONS]: new Admissions(),
  [SPEAKER]: null,
};

/** Values for settings whose connections are counted by themselves; reports are about `server`. */
export function countedAlone(server: object | null = null): Partial<ServerSettingValues> {
  return { [ADMISSIONS]: new Admissions(server) };
}

export function newCrowd(server: object, clock: Pick<Clock, 'alarm'>): Crowd | null {
  return new Crowd(server, clock);
}

/** A value of `handshake_hook` or `proxy_header`. Throws a TypeError for any other. */
export function checkOther(name: string, value: unknown): HandshakeHook | ProxyHeader | null {
  if (name === 'handshake_hook') {
    if (value === null || typeof value === 'function') return value as HandshakeHook | null;
    throw wrongType(name, 'a function or null', value);
  }
  if (PROXY_HEADERS.includes(value as ProxyHeader)) return value as ProxyHeader;
  throw wrongType(name, `one of ${PROXY_HEADERS.join(', ')}`, value);
}
