// Agreement on permessage-deflate: which offers are accepted, and which answers can be kept (RFC 7692 §5 and §7.1).
import { describe, expect, test } from 'vitest';
import { acceptOffer, judgeAnswer, OFFER } from '../../host/protocol/deflate-agreement.js';

const NAME = 'permessage-deflate';
const FLAGS = 'server_no_context_takeover; client_no_context_takeover';
const ANSWER = `${NAME}; ${FLAGS}`;

/** What is offered, who offers it or why it is here, and the answer with the bits for this side; null for none. */
type Offer = readonly [offer: string, why: string, accepted: readonly [answer: string, bits: number] | null];
const OFFERS: readonly Offer[] = [
  ['', 'no header, as Deno, Godot 3 and 4', null],
  [',', 'an empty list', null],
  [`${NAME}; client_max_window_bits`, 'Chromium, ws, undici, Node, Bun', [ANSWER, 15]],
  [NAME, 'Firefox, Safari', [ANSWER, 15]],
  [OFFER, 'this package', [ANSWER, 15]],
  ['x-webkit-deflate-frame', 'another extension', null],
  [`x-mux; a=1, ${NAME}`, 'after another extension', [ANSWER, 15]],
  [`${NAME}, ${NAME}; server_max_window_bits=9`, 'the first of two', [ANSWER, 15]],
  [`${NAME}; server_max_window_bits=10, ${NAME}`, 'the first of two', [`${ANSWER}; server_max_window_bits=10`, 10]],
  [`${NAME}; nonsense, ${NAME}`, 'a fallback behind a bad one', [ANSWER, 15]],
  [
    `${NAME}; server_max_window_bits=7,${NAME}; server_max_window_bits=12,${NAME}`,
    'the first good one',
    [`${ANSWER}; server_max_window_bits=12`, 12],
  ],
  [` \t${NAME} ;\tclient_max_window_bits = 10 ; server_no_context_takeover `, 'white space', [ANSWER, 15]],
  ['Permessage-Deflate; Client_Max_Window_Bits', 'names in any case', [ANSWER, 15]],
  [`${NAME};server_max_window_bits=9`, 'without white space', [`${ANSWER}; server_max_window_bits=9`, 9]],
  [`${NAME}; ${FLAGS}`, 'both flags', [ANSWER, 15]],
  ...[8, 9, 10, 11, 12, 13, 14, 15].map(
    (bits) =>
      [
        `${NAME}; server_max_window_bits=${bits}`,
        bits === 8 ? '8 bits, which 9 of zlib keep' : 'a size of window',
        [`${ANSWER}; server_max_window_bits=${bits}`, Math.max(bits, 9)],
      ] as const,
  ),
  [`${NAME}; server_max_window_bits="12"`, 'a quoted value', [`${ANSWER}; server_max_window_bits=12`, 12]],
  [`${NAME}; client_max_window_bits="8"`, 'a quoted value', [ANSWER, 15]],
  [`${NAME}; client_max_window_bits=8`, 'the client deflates with less, which is no matter here', [ANSWER, 15]],
  [`${NAME}; x=1`, 'an unknown parameter', null],
  [`${NAME}; __proto__`, 'an unknown parameter', null],
  [`${NAME}; server_no_context_takeover; server_no_context_takeover`, 'a parameter twice', null],
  [`${NAME}; client_max_window_bits; client_max_window_bits=9`, 'a parameter twice', null],
  [`${NAME}; server_no_context_takeover=1`, 'a flag with a value', null],
  [`${NAME}; client_no_context_takeover=`, 'a flag with an empty value', null],
  [`${NAME}; server_max_window_bits`, 'bits that need a value', null],
  ...['7', '16', '0', '-8', '+9', '08', '012', '9.0', '1e1', '0x9', '', 'a', '"', '""', '"9', '"09"', '9 9', '99'].map(
    (value) => [`${NAME}; server_max_window_bits=${value}`, 'a wrong number of bits', null] as const,
  ),
  [`${NAME}; client_max_window_bits=999999999999999999999`, 'a wrong number of bits', null],
  [`${NAME};;`, 'an empty parameter', null],
  [`${NAME};`, 'an empty parameter', null],
  [`; ${NAME}`, 'no name', null],
  [`${NAME}; server_max_window_bits="1,2"`, 'a quoted comma', null],
  [`${NAME}; server_max_window_bits="1,${NAME}"`, 'a quoted comma, and no entry behind it', null],
  [`${NAME}; server_max_window_bits="1;2"`, 'a quoted semicolon', null],
  [`${NAME}s`, 'a longer name', null],
  [`"${NAME}"`, 'a quoted name', null],
];

describe('a server', () => {
  test.each(OFFERS)('offered "%s" (%s) answers %j', (offer, _why, accepted) => {
    const agreement = acceptOffer(offer);
    expect(agreement && [agreement.answer, agreement.windowBits]).toEqual(accepted);
  });

  test('takes several headers of that name for one list', () => {
    expect(acceptOffer(['x-mux', `${NAME};;`, NAME].join(','))?.answer).toBe(ANSWER);
  });
});

/** What a server answers, who does so or why it is here, and the bits of this side, the fault, or null for none. */
const ANSWERS: readonly [answer: string, why: string, judged: number | string | null][] = [
  ['', 'no header: the server can not, or a proxy has dropped the offer', null],
  [',', 'an empty list', null],
  [ANSWER, 'ws, Bun, this package', 15],
  [`${NAME}; server_no_context_takeover`, 'the flag that is needed', 15],
  [`${ANSWER}; server_max_window_bits=12; client_max_window_bits=12`, 'websockets of Python', 12],
  [`${ANSWER}; server_max_window_bits=10`, 'unasked, and kept by the server', 15],
  [`${ANSWER}; client_max_window_bits=8`, '8 bits, which 9 of zlib keep', 9],
  [`${ANSWER}; client_max_window_bits=9`, 'a small window', 9],
  [`${ANSWER}; client_max_window_bits="15"`, 'a quoted value', 15],
  [`PERMESSAGE-DEFLATE;SERVER_NO_CONTEXT_TAKEOVER`, 'names in any case', 15],
  [`,${ANSWER},`, 'empty entries around it', 15],
  [NAME, 'a server that keeps its context', 'server_no_context_takeover is missing'],
  [`${NAME}; client_no_context_takeover`, 'the other flag only', 'server_no_context_takeover is missing'],
  ['x-mux', 'another extension', 'the extension "x-mux" was not asked for'],
  [`${ANSWER}, x-mux`, 'a second extension', 'more than one extension'],
  [`${ANSWER}, ${ANSWER}`, 'the same twice', 'more than one extension'],
  [`${ANSWER}; x`, 'an unknown parameter', '"x" is no parameter of it'],
  [`${ANSWER}; server_no_context_takeover`, 'a parameter twice', '"server_no_context_takeover" is there twice'],
  [`${ANSWER}; client_max_window_bits=7`, 'wrong bits', '"client_max_window_bits=7" is no parameter of it'],
  [`${ANSWER}; server_max_window_bits=99`, 'wrong bits', '"server_max_window_bits=99" is no parameter of it'],
  [`${ANSWER}; client_max_window_bits`, 'bits without a value', 'client_max_window_bits has no value'],
  [`${ANSWER}; server_max_window_bits`, 'bits without a value', 'server_max_window_bits has no value'],
  [
    `${NAME}; server_no_context_takeover=true`,
    'a flag with a value',
    '"server_no_context_takeover=true" is no parameter of it',
  ],
  [`${ANSWER};`, 'an empty parameter', '"" is no parameter of it'],
];

describe('a client', () => {
  test('offers to keep no context in either direction, and any window', () => {
    expect(OFFER).toBe(`${ANSWER}; client_max_window_bits`);
  });

  test.each(ANSWERS)('answered "%s" (%s) says %j', (answer, _why, judged) => {
    const agreement = judgeAnswer(answer);
    expect(typeof agreement === 'object' ? (agreement?.windowBits ?? null) : agreement).toBe(judged);
  });

  test('agrees with a server of this package about any offer of its own', () => {
    expect(judgeAnswer(acceptOffer(OFFER)?.answer ?? '')).toMatchObject({ windowBits: 15 });
  });
});
