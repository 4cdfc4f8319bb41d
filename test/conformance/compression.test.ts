// The suite's cases of compression, without sockets: right sides pass them, and each way to be wrong is found.
import { describe, expect, it } from 'vitest';
import { chooseCases } from '../../host/command/conformance/all-cases.js';
import { agreementOf, faultOfAnswer, faultOfOffers } from '../../host/command/conformance/deflate-terms.js';
import { inflateMessage } from '../../host/command/conformance/inflater.js';
import { Packer, pack, Unpacker } from '../../host/command/conformance/packing.js';
import { slowInflate } from '../helpers/slow-inflater.js';
import { frameOf, type PlayedMessage, playCompression, type Ways } from './lib/compressing-side.js';

const NAME = 'permessage-deflate';
const BROWSERS = `${NAME}; client_max_window_bits`;
const isAboutCompression = ({ id }: { id: string }): boolean => /^(C|12|13)\./.test(id);

const packed = ({ bytes }: PlayedMessage, bits = 9): Buffer => pack(bytes, { bits });
const idsFor = (role: 'client' | 'server'): string[] =>
  chooseCases({ role, isHeavy: false, patterns: [] })
    .filter(isAboutCompression)
    .map(({ id }) => id);

/** Left open by RFC 7692, and told; zlib inflates the large ones. */
const TOLD = /^C\.(4\.3|6)\./;

describe('a right side', () => {
  it.each([
    ['server', ''],
    ['client', BROWSERS],
    ['client', `${NAME}; server_no_context_takeover; client_no_context_takeover; client_max_window_bits`],
    ['client', NAME],
  ] as const)('that is a %s, with the offer "%s", passes every case', (role, offer) => {
    // It refuses no answer, and the large messages are played over sockets alone.
    const ids = idsFor(role).filter(
      (id) => ![TOLD, /^C\.2\.[23]\./, /^1[23]\.\d\.([6-9]|10)$/].some((one) => one.test(id)),
    );
    expect(ids.length).toBeGreaterThan(130);
    const verdicts = ids.map((id) => [id, playCompression(id, { role, offer })]);
    expect(verdicts.filter(([, verdict]) => verdict !== 'OK')).toEqual([]);
  });

  it('that declines what it need not take is told of', () => {
    expect(playCompression('C.1.1.5', { answer: () => '' })).toBe('informational: declined the offer');
  });

  it('that is a client and offers nothing is not judged', () => {
    const ids = idsFor('client').filter((id) => !id.startsWith('1'));
    for (const id of ids) expect([id, playCompression(id, { role: 'client' })]).toEqual([id, 'not offered']);
  });
});

const echoing = (echo: NonNullable<Ways['echo']>): Ways => ({ echo });
const NOT_OFFERED = 'failed: answered with an answer that fits no offer (§7.1)';

describe('a wrong server is found', () => {
  it.each<[how: string, id: string, ways: Ways, verdict: string]>([
    [
      'takes an unknown parameter',
      'C.1.2.1',
      { answer: () => NAME },
      'failed: answered with an answer to an offer that must be declined (§7.1)',
    ],
    ['forgets server_no_context_takeover', 'C.1.1.2', { answer: () => NAME }, NOT_OFFERED],
    ['forgets server_max_window_bits', 'C.1.1.5', { answer: () => NAME }, NOT_OFFERED],
    ['answers a larger window', 'C.1.1.6', { answer: () => `${NAME}; server_max_window_bits=10` }, NOT_OFFERED],
    ['asks for a window that was not offered', 'C.1.1.1', { answer: () => `${BROWSERS}=9` }, NOT_OFFERED],
    [
      'answers client_max_window_bits without a value',
      'C.1.1.4',
      { answer: () => BROWSERS },
      'failed: answered with client_max_window_bits= (§7.1.2)',
    ],
    [
      'answers a flag twice',
      'C.1.1.2',
      { answer: (_, right) => `${right}; server_no_context_takeover` },
      'failed: answered with server_no_context_takeover twice (§7.1)',
    ],
    [
      'answers two extensions',
      'C.1.1.1',
      { answer: (_, right) => `${right}, ${right}` },
      'failed: answered with more than one extension',
    ],
    [
      'refuses instead of declining',
      'C.1.2.1',
      { refusal: 'HTTP/1.1 400 Bad Request' },
      'non-strict: refused with 400 instead of declining (§5)',
    ],
    ['refuses what is malformed', 'C.1.3.1', { refusal: 'HTTP/1.1 400 Bad Request' }, 'OK: refused with 400'],
    ['refuses what is right', 'C.1.1.1', { refusal: 'HTTP/1.1 400 Bad Request' }, 'failed: refused with 400'],
    [
      'compresses though nothing is agreed on',
      'C.1.2.1',
      { answer: () => '', echo: (message) => [frameOf(message, packed(message))] },
      'OK',
    ],
    [
      'leaves the last four bytes on',
      'C.4.1.1',
      echoing((message) => [frameOf(message, Buffer.concat([packed(message), Buffer.from('0000ffff', 'hex')]))]),
      'failed: sent a compressed message that ends in the middle of a block (§7.2.1)',
    ],
    [
      'sends half a message',
      'C.4.1.6',
      echoing((message) => [frameOf(message, packed(message).subarray(0, 50))]),
      'failed: sent a compressed message that ends in the middle of a block (§7.2.1)',
    ],
    [
      'changes what it echoes',
      'C.4.1.1',
      echoing((message) => [frameOf(message, pack(Buffer.from('Hallo')))]),
      'failed: sent a text of 5 bytes that is no echo',
    ],
    [
      'echoes as binary',
      'C.4.1.1',
      echoing((message) => [frameOf({ ...message, text: false }, packed(message))]),
      'failed: sent a binary message of 5 bytes that is no echo',
    ],
    [
      'sets RSV1 on a continuation',
      'C.4.1.1',
      echoing((message) => [
        frameOf(message, packed(message).subarray(0, 2), { fin: false }),
        frameOf(message, packed(message).subarray(2), { opcode: 0 }),
      ]),
      'failed: sent a frame with reserved bits (§5.2)',
    ],
    [
      'forgets RSV1',
      'C.4.1.1',
      echoing((message) => [frameOf(message, packed(message), { rsv: 0 })]),
      'failed: sent a text that is not UTF-8 (§5.6)',
    ],
    [
      'refers to an earlier message where it must not',
      '13.2.4',
      echoing((message) => [frameOf(message, pack(message.bytes, { bits: 9, history: message.earlier }))]),
      'failed: sent a compressed message that goes',
    ],
    [
      'goes beyond its window',
      '13.5.6',
      echoing((message) => [frameOf(message, packed(message, 15))]),
      'failed: sent a compressed message that goes',
    ],
    ['takes RSV1 on a ping', 'C.3.3', { takesBits: true }, 'failed: kept the connection open'],
    ['takes RSV1 on a continuation', 'C.3.7', { takesBits: true }, 'failed: kept the connection open'],
    ['takes what does not inflate', 'C.5.1.1', { closesWith: 0 }, 'failed: kept the connection open'],
    [
      'closes with another code for it',
      'C.5.1.1',
      { closesWith: 1011 },
      'non-strict: closed with 1011 instead of 1007 or 1002',
    ],
    ['takes a text that is not UTF-8', 'C.5.2.2', { closesWith: 0 }, 'failed: kept the connection open'],
    ['closes with 1002 for it', 'C.5.2.2', { closesWith: 1002 }, 'non-strict: closed with 1002 instead of 1007'],
    ['inflates 64 MiB', 'C.6.1', echoing(() => []), 'informational: kept the connection open'],
  ])('%s (%s)', (_, id, ways, verdict) => {
    expect(playCompression(id, ways).slice(0, verdict.length)).toBe(verdict);
  });
});

describe('a wrong client is found', () => {
  it.each<[how: string, id: string, offer: string, verdict: string]>([
    ['offers an unknown parameter', 'C.2.1.1', `${NAME}; x-unknown`, 'failed: sent the parameter "x-unknown" (§7.1)'],
    [
      'offers a window of 16 bits',
      'C.2.1.1',
      `${NAME}; server_max_window_bits=16`,
      'failed: sent server_max_window_bits=16 (§7.1.2)',
    ],
    ['takes an unknown parameter', 'C.2.2.1', BROWSERS, 'failed: took the connection as open'],
    ['takes a flag twice', 'C.2.2.3', BROWSERS, 'failed: took the connection as open'],
    ['takes another extension', 'C.2.2.21', BROWSERS, 'failed: took the connection as open'],
  ])('%s (%s)', (_, id, offer, verdict) => {
    expect(playCompression(id, { role: 'client', offer })).toBe(verdict);
  });
});

describe('agreement', () => {
  it.each([
    ['', ''],
    [BROWSERS, ''],
    ['x-other; level=1', ''],
    [`x-other, ${NAME}; server_max_window_bits="9"`, ''],
    [`${NAME}; server_max_window_bits`, 'server_max_window_bits= (§7.1.2)'],
    [`${NAME}; client_max_window_bits=16`, 'client_max_window_bits=16 (§7.1.2)'],
    [`${NAME}; server_no_context_takeover=1`, 'server_no_context_takeover with a value (§7.1.1)'],
    [`${NAME};`, 'the parameter "" (§7.1)'],
  ])('of the offers "%s" is wrong: "%s"', (offers, fault) => {
    expect(faultOfOffers(offers)).toBe(fault);
  });

  it.each([
    [NAME, NAME, 15, true, 15, true],
    [BROWSERS, `${NAME}; client_max_window_bits=10`, 10, true, 15, true],
    [`${NAME}; client_max_window_bits=9`, NAME, 9, true, 15, true],
    [`${NAME}; client_no_context_takeover`, NAME, 15, false, 15, true],
    [NAME, `${NAME}; client_no_context_takeover; server_no_context_takeover`, 15, false, 15, false],
    [`${NAME}; server_max_window_bits=12`, `${NAME}; server_max_window_bits=9`, 15, true, 9, true],
    [`${NAME}; x, ${NAME}; server_max_window_bits=9, ${NAME}`, NAME, 15, true, 15, true],
  ] as const)('"%s" and "%s" bind both sides', (offers, answer, clientBits, clientKeeps, serverBits, serverKeeps) => {
    expect(faultOfAnswer(offers, answer)).toBe('');
    expect(agreementOf(offers, answer)).toEqual({
      client: { bits: clientBits, keepsContext: clientKeeps },
      server: { bits: serverBits, keepsContext: serverKeeps },
    });
  });
});

describe('the strict inflater', () => {
  it('inflates what zlib deflates, as the slow twin does', () => {
    for (const size of [0, 1, 100, 5000, 40_000]) {
      const bytes = Buffer.from(Array.from({ length: size }, (_, at) => (at * at) >> 7));
      for (const level of [0, 1, 9]) {
        const payload = pack(bytes, { level });
        expect(inflateMessage(payload, Buffer.alloc(0), 32_768).equals(bytes)).toBe(true);
        expect(Buffer.from(slowInflate(payload).bytes).equals(bytes)).toBe(true);
      }
    }
  });

  it('keeps the context of earlier messages where that is agreed on, and only there', () => {
    const messages = Array.from({ length: 20 }, (_, at) => Buffer.from(`{"id":${at},"name":"a player of the game"}`));
    for (const bits of [8, 9, 15]) {
      const [packer, unpacker] = [true, true]
        .map((keepsContext) => ({ bits, keepsContext }))
        .map((half, at) => (at === 0 ? new Packer(half) : new Unpacker(half))) as [Packer, Unpacker];
      for (const message of messages) expect(unpacker.unpack(packer.pack(message)).equals(message)).toBe(true);
    }
    const [first, second] = messages.map((message) => message);
    const reference = pack(second, { history: first });
    const strict = new Unpacker({ bits: 15, keepsContext: false });
    strict.unpack(pack(first));
    expect(() => strict.unpack(reference)).toThrow(/that goes \d+ bytes back, where \d+ are known/);
  });

  it.each([
    ['f248cd', 'that ends in the middle of a block'],
    ['ffff', 'with a block of no known kind'],
    ['0005000000', 'with a stored block of two lengths'],
    ['f200110000', 'bytes back, where'],
  ])('refuses %s: %s', (digits, fault) => {
    expect(() => inflateMessage(Buffer.from(digits, 'hex'), Buffer.alloc(0), 32_768)).toThrow(fault);
  });
});
