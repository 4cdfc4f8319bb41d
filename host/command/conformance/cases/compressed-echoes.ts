// Cases 12 and 13: compressed messages of many sizes, by what is in them and by what was agreed on. The long rows only with
// --heavy.
import type { Case, CompressionTerms, Step } from '../case.js';
import type { Wants } from '../deflate-terms.js';
import { JSON_TEXT, KINDS, messageOf } from './payloads.js';

const NAME = 'permessage-deflate';
const SIZES = [16, 64, 256, 1024, 4096, 8192, 16384, 32768, 65536, 131072];
/** Bytes of a short row in all, and the most and fewest messages. */
const SHORT = 262_144;
const [MOST, FEWEST] = [50, 3];
const LONG = 1000;
/** In fragments of this size every third message. */
const FRAGMENT = 1000;

const agreeing = (offers: readonly string[], wants: Wants = {}): CompressionTerms => ({ offers, must: 'agree', wants });

interface Row {
  readonly id: string;
  /** Behind kind and size. */
  readonly title: string;
  readonly kind: (typeof KINDS)[number];
  readonly compression: CompressionTerms;
}

function echoes({ id, title, kind, compression }: Row): Case[] {
  const rowOf = (size: number, count: number, place: number): Case => {
    const messages = Array.from({ length: count }, (_, index) => messageOf(kind, size, index + 1));
    const send = messages.flatMap((compressed, index): Step[] => [
      index % 3 === 2 ? { compressed, fragment: FRAGMENT } : { compressed },
      'echoed',
    ]);
    return {
      id: `${id}.${place}`,
      title: `${count} ${kind.what} of ${size} bytes${title}`,
      section: 'RFC 7692 §7.2',
      send,
      messages,
      compression,
    };
  };
  const short = SIZES.map((size, index) =>
    rowOf(size, Math.min(MOST, Math.max(FEWEST, Math.floor(SHORT / size))), index + 1),
  );
  const long = SIZES.map((size, index) => ({ ...rowOf(size, LONG, SIZES.length + index + 1), heavy: true as const }));
  return [...short, ...long];
}

const BY_KIND = KINDS.flatMap((kind, index) =>
  echoes({
    id: `12.${index + 1}`,
    title: '',
    kind,
    compression: agreeing([`${NAME}; client_max_window_bits`]),
  }),
);

/** What a server is offered, and what a client is asked for. */
const PARAMETERS: readonly [what: string, offer: string, wants: Wants][] = [
  ['nothing', '', {}],
  ['server_no_context_takeover', '; server_no_context_takeover', { serverNoContext: true }],
  ['client_no_context_takeover', '; client_no_context_takeover', { clientNoContext: true }],
  [
    'no context on either side',
    '; server_no_context_takeover; client_no_context_takeover',
    { serverNoContext: true, clientNoContext: true },
  ],
  ['a server’s window of 9 bits', '; server_max_window_bits=9', { serverBits: 9 }],
  ['a server’s window of 8 bits', '; server_max_window_bits=8', { serverBits: 8 }],
  ['a client’s window of 9 bits', '; client_max_window_bits=9', { clientBits: 9 }],
  ['windows of 12 bits', '; server_max_window_bits=12; client_max_window_bits=12', { serverBits: 12, clientBits: 12 }],
  [
    'windows of 9 bits and no context',
    '; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=9; client_max_window_bits=9',
    { serverNoContext: true, clientNoContext: true, serverBits: 9, clientBits: 9 },
  ],
];

const BY_PARAMETERS = PARAMETERS.flatMap(([what, offer, wants], index) =>
  echoes({
    id: `13.${index + 1}`,
    title: `, agreed: ${what}`,
    kind: JSON_TEXT,
    compression: agreeing([NAME + offer], wants),
  }),
);

export const COMPRESSED_ECHOES: readonly Case[] = [...BY_KIND, ...BY_PARAMETERS];
