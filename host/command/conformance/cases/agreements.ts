// Cases C.1 and C.2: what a server makes of offers of compression, and a client of answers to its own (RFC 7692 §5, §7.1).
import { binary, type Case, type CompressionTerms, type Step, text } from '../case.js';
import type { Wants } from '../deflate-terms.js';

const NAME = 'permessage-deflate';
const ALL_BITS = [8, 9, 10, 11, 12, 13, 14, 15];

const MESSAGES = [text('{"x":1,"y":2},'.repeat(20)), binary({ fill: '\u00fe', size: 300 }), text('{"x":1,"y":2}')];
const SEND: readonly Step[] = MESSAGES.map((compressed) => ({ compressed }));

const caseOf = (id: string, title: string, section: string, compression: CompressionTerms): Case => ({
  id,
  title,
  section: `RFC 7692 ${section}`,
  send: SEND,
  messages: MESSAGES,
  compression,
});

type OfferRow = readonly [title: string, section: string, ...offers: string[]];

const bitsRows = (name: string, section: string): OfferRow[] =>
  ALL_BITS.map((bits) => [`${name}=${bits}`, section, `${NAME}; ${name}=${bits}`]);

/** To be agreed to. */
const RIGHT: readonly OfferRow[] = [
  ['without parameters', '§7', NAME],
  ['server_no_context_takeover', '§7.1.1.1', `${NAME}; server_no_context_takeover`],
  ['client_no_context_takeover', '§7.1.1.2', `${NAME}; client_no_context_takeover`],
  ['client_max_window_bits without a value', '§7.1.2.2', `${NAME}; client_max_window_bits`],
  ...bitsRows('server_max_window_bits', '§7.1.2.1'),
  ...bitsRows('client_max_window_bits', '§7.1.2.2'),
  [
    'all four parameters',
    '§7.1',
    `${NAME}; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=10; client_max_window_bits=10`,
  ],
  ['a quoted value', '§7.1.2.1', `${NAME}; server_max_window_bits="12"`],
  ['without white space', '§5', `${NAME};server_max_window_bits=12;client_max_window_bits`],
  ['with much white space', '§5', ` ${NAME}  ;\tserver_no_context_takeover ;  client_max_window_bits `],
  ['twice, with other parameters', '§5.2', `${NAME}; server_max_window_bits=9, ${NAME}`],
  ['twice, in lines of their own', '§5.2', `${NAME}; server_max_window_bits=9`, NAME],
  ['behind an extension that nobody knows', '§5', `x-nobody-knows; level=1, ${NAME}`],
  ['behind an extension that nobody knows, in lines of their own', '§5', 'x-nobody-knows', NAME],
  ['a fallback behind an unknown parameter', '§5.2', `${NAME}; x-unknown=1, ${NAME}`],
  ['a fallback behind a window of 16 bits', '§5.2', `${NAME}; server_max_window_bits=16, ${NAME}`],
  [
    'a second fallback',
    '§5.2',
    `${NAME}; x-unknown, ${NAME}; client_max_window_bits=7, ${NAME}; client_max_window_bits`,
  ],
];

const wrongBits = (name: string, section: string): OfferRow[] =>
  ['7', '16', '0', '08', '-9', '9.0', '1e1', '99999999999999999999', 'x'].map((value) => [
    `${name}=${value}`,
    section,
    `${NAME}; ${name}=${value}`,
  ]);

/** To be declined (§7.1): the connection opens, uncompressed. */
const WRONG: readonly OfferRow[] = [
  ['an unknown parameter', '§7.1', `${NAME}; x-unknown`],
  ['an unknown parameter with a value', '§7.1', `${NAME}; x-unknown=1`],
  ['a flag twice', '§7.1', `${NAME}; server_no_context_takeover; server_no_context_takeover`],
  ['bits twice', '§7.1', `${NAME}; client_max_window_bits=9; client_max_window_bits=9`],
  ['server_no_context_takeover with a value', '§7.1.1.1', `${NAME}; server_no_context_takeover=1`],
  ['client_no_context_takeover with a value', '§7.1.1.2', `${NAME}; client_no_context_takeover="true"`],
  ['server_max_window_bits without a value', '§7.1.2.1', `${NAME}; server_max_window_bits`],
  ...wrongBits('server_max_window_bits', '§7.1.2.1'),
  ...wrongBits('client_max_window_bits', '§7.1.2.2'),
  ['nothing but bad ones', '§5.2', `${NAME}; x-unknown, ${NAME}; server_max_window_bits=7`],
  ['a longer name', '§5', `${NAME}s`],
];

/** No list of extensions by RFC 6455 §9.1, so that the handshake may also be refused. */
const MALFORMED: readonly OfferRow[] = [
  ['an empty parameter', '§5', `${NAME};;`],
  ['a semicolon behind it', '§5', `${NAME};`],
  ['a parameter without a name', '§5', `${NAME}; =10`],
  ['a parameter with an empty value', '§5', `${NAME}; server_max_window_bits=`],
  ['a quote that does not end', '§5', `${NAME}; server_max_window_bits="10`],
];

const offerCases = (group: string, rows: readonly OfferRow[], must: CompressionTerms['must'], how: string): Case[] =>
  rows.map(([title, section, ...offers], index) => ({
    ...caseOf(`C.1.${group}.${index + 1}`, `offer ${how}: ${title}`, section, { offers, must }),
    only: 'server',
  }));

/** What is asked for, or put behind a right answer, or in its place. */
type AnswerRow = readonly [title: string, section: string, wants: Wants, answer?: (right: string) => string];

const ANSWERS: readonly AnswerRow[] = [
  ['no more than is offered', '§5.1', {}],
  ['none', '§5.1', {}, () => ''],
  ['server_no_context_takeover', '§7.1.1.1', { serverNoContext: true }],
  ['client_no_context_takeover', '§7.1.1.2', { clientNoContext: true }],
  ['both flags', '§7.1.1', { serverNoContext: true, clientNoContext: true }],
  ...ALL_BITS.map((serverBits): AnswerRow => [`server_max_window_bits=${serverBits}`, '§7.1.2.1', { serverBits }]),
  ...ALL_BITS.map(
    (clientBits): AnswerRow => [
      `client_max_window_bits=${clientBits}, where it is offered`,
      '§7.1.2.2',
      { clientBits },
    ],
  ),
  ['all four parameters', '§7.1', { serverNoContext: true, clientNoContext: true, serverBits: 10, clientBits: 10 }],
  ['a quoted value', '§7.1.2.1', { serverBits: 12 }, (right) => right.replace('=12', '="12"')],
];

const behind =
  (more: string) =>
  (right: string): string =>
    right + more;

/** `name` with each of `values`, behind an answer that has it not yet. */
const wrongAnswers = (name: string, section: string, values: readonly string[]): AnswerRow[] =>
  values.map((value) => [`${name}${value}`, section, {}, (right) => `${withoutIt(right, name)}; ${name}${value}`]);

const withoutIt = (answer: string, name: string): string =>
  answer
    .split('; ')
    .filter((part) => !part.startsWith(name))
    .join('; ');

const WRONG_ANSWERS: readonly AnswerRow[] = [
  ['an unknown parameter', '§7.1', {}, behind('; x-unknown')],
  ['an unknown parameter with a value', '§7.1', {}, behind('; x-unknown=1')],
  ['a flag twice', '§7.1', { clientNoContext: true }, behind('; client_no_context_takeover')],
  ['bits twice', '§7.1', { serverBits: 10 }, behind('; server_max_window_bits=10')],
  ...wrongAnswers('server_no_context_takeover', '§7.1.1.1', ['=1']),
  ...wrongAnswers('client_no_context_takeover', '§7.1.1.2', ['=1']),
  ...wrongAnswers('server_max_window_bits', '§7.1.2.1', ['', '=7', '=16', '=08', '=99', '=x']),
  ...wrongAnswers('client_max_window_bits', '§7.1.2.2', ['', '=7', '=16', '=08', '=99', '=x']),
  ['compression twice', '§5.1', {}, (right) => `${right}, ${right}`],
  ['an extension that was not offered behind it', '§5.1', {}, behind(', x-nobody-asked')],
  ['an extension that was not offered in its place', '§5.1', {}, () => 'x-nobody-asked'],
];

const MALFORMED_ANSWERS: readonly AnswerRow[] = [
  ['an empty parameter', '§5', {}, behind(';;')],
  ['a quote that does not end', '§5', {}, behind('; x="1')],
];

const answerCases = (group: string, rows: readonly AnswerRow[], how: string): Case[] =>
  rows.map(([title, section, wants, answer = (right: string) => right], index) => ({
    ...caseOf(`C.2.${group}.${index + 1}`, `answer ${how}: ${title}`, section, {
      offers: [],
      must: 'agree',
      wants,
      answer,
    }),
    only: 'client',
  }));

export const AGREEMENTS: readonly Case[] = [
  ...offerCases('1', RIGHT, 'agree', 'that is right'),
  ...offerCases('2', WRONG, 'decline', 'to be declined'),
  ...offerCases('3', MALFORMED, 'either', 'that is malformed'),
  ...answerCases('1', ANSWERS, 'that is right'),
  ...answerCases('2', WRONG_ANSWERS, 'that is wrong'),
  ...answerCases('3', MALFORMED_ANSWERS, 'that is malformed'),
];
