// The suite's cases in their order, and the choice among them.
import type { Case, Role } from './case.js';
import { AGREEMENTS } from './cases/agreements.js';
import { BEYOND } from './cases/beyond.js';
import { CLOSING } from './cases/closing.js';
import { COMPRESSED_ECHOES } from './cases/compressed-echoes.js';
import { COMPRESSION } from './cases/compression.js';
import { FRAGMENTATION } from './cases/fragmentation.js';
import { FRAGMENTED_BY_SENDER, FRAMING } from './cases/framing.js';
import { HANDSHAKES } from './cases/handshakes.js';
import { HEAVY } from './cases/heavy.js';
import { UTF8 } from './cases/utf8.js';

/** Handshakes are last: to a client's driver they are connections that fail. */
export const ALL_CASES: readonly Case[] = [
  ...FRAMING,
  ...FRAGMENTATION,
  ...UTF8,
  ...CLOSING,
  ...HEAVY,
  ...FRAGMENTED_BY_SENDER,
  ...COMPRESSED_ECHOES,
  ...BEYOND,
  ...COMPRESSION,
  ...AGREEMENTS,
  ...HANDSHAKES,
];

export interface Choice {
  /** What is tested. */
  readonly role: Role;
  readonly isHeavy: boolean;
  /** Ids with `*` for any characters; empty: all. */
  readonly patterns: readonly string[];
}

/** The cases for `role`. A pattern that names a heavy case chooses it without `isHeavy`. */
export function chooseCases({ role, isHeavy, patterns }: Choice): Case[] {
  const matchers = patterns.map(matcherOf);
  return ALL_CASES.filter(({ id, heavy, only }) => {
    if (only !== undefined && only !== role) return false;
    if (matchers.length > 0) return matchers.some((matcher) => matcher.test(id));
    return isHeavy || heavy === undefined;
  });
}

/** `6.4` and `6.4.*` stand for all that begins with it. */
function matcherOf(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replace(/[^A-Za-z0-9]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}(\\..*)?$`, 'i');
}
