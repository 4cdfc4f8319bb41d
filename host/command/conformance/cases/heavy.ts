// Cases 9: large messages, many fragments, many pieces, many messages. Only with --heavy.
import { BINARY, binary, type Case, fragments, type Pace, type Payload, type Step, TEXT, text } from '../case.js';

const KIB = 1024;
const MIB = KIB * KIB;
const SIZES = [64 * KIB, 256 * KIB, MIB, 4 * MIB, 8 * MIB, 16 * MIB];
const FRAGMENTS = [64, 256, KIB, 4 * KIB, 16 * KIB, 64 * KIB, 256 * KIB, MIB, 4 * MIB];
const PIECES = [128, 256, 512, KIB, 2 * KIB, 4 * KIB];
const MANY = [0, 16, 64, 256, KIB, 4 * KIB];
const COUNT = 1000;

type Kind = 'text' | 'binary';
const KINDS: readonly Kind[] = ['text', 'binary'];

const filled = (kind: Kind, size: number): Payload => ({ fill: kind === 'text' ? '*' : '\u00fe', size });
const opcodeOf = (kind: Kind): number => (kind === 'text' ? TEXT : BINARY);

function heavy(
  id: string,
  title: string,
  kind: Kind,
  payload: Payload,
  send: readonly Step[],
  pace: Pace,
  count = 1,
): Case {
  const message = kind === 'text' ? text(payload) : binary(payload);
  const messages = Array.from({ length: count }, () => message);
  return { id, title, section: '§5.2', send, pace, messages, heavy: true };
}

function whole(kind: Kind, size: number, id: string): Case {
  const payload = filled(kind, size);
  return heavy(
    id,
    `a ${kind} message of ${size} bytes`,
    kind,
    payload,
    [{ opcode: opcodeOf(kind), payload }],
    'together',
  );
}

function inFragments(kind: Kind, size: number, id: string): Case {
  const parts = Array.from({ length: (4 * MIB) / size }, () => filled(kind, size));
  const send = fragments(opcodeOf(kind), parts);
  return heavy(
    id,
    `a ${kind} message of 4 MiB in fragments of ${size} bytes`,
    kind,
    filled(kind, 4 * MIB),
    send,
    'together',
  );
}

function inPieces(kind: Kind, size: number, id: string): Case {
  const payload = filled(kind, MIB);
  const send = [{ opcode: opcodeOf(kind), payload }];
  return heavy(id, `a ${kind} message of 1 MiB in pieces of ${size} bytes`, kind, payload, send, size);
}

function many(kind: Kind, size: number, id: string): Case {
  const payload = filled(kind, size);
  const send = Array.from({ length: COUNT }, (): Step[] => [{ opcode: opcodeOf(kind), payload }, 'echoed']).flat();
  return heavy(
    id,
    `${COUNT} ${kind} messages of ${size} bytes, one after the other`,
    kind,
    payload,
    send,
    'together',
    COUNT,
  );
}

const GROUPS = [
  [1, SIZES, whole],
  [3, FRAGMENTS, inFragments],
  [5, PIECES, inPieces],
  [7, MANY, many],
] as const;

export const HEAVY: readonly Case[] = GROUPS.flatMap(([group, sizes, make]) =>
  KINDS.flatMap((kind, second) => sizes.map((size, index) => make(kind, size, `9.${group + second}.${index + 1}`))),
);
