// Payloads of a link's records: what is written is read again, and what no process writes is refused.
import { describe, expect, it } from 'vitest';
import {
  decodeAcceptance,
  decodeCast,
  decodeClose,
  decodeCredit,
  decodeOpen,
  encodeAcceptance,
  encodeCastHead,
  encodeClose,
  encodeCredit,
  encodeOpen,
  MAX_OPEN_BYTES,
} from '../../host/cluster/link-records.js';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const JOIN = { room: 'room-7', address: '::1', port: 4711, data: { name: 'Ada', roles: [1, 2] } };

describe('what is written', () => {
  it('is read again', () => {
    expect(decodeOpen(encodeOpen(JOIN) as Uint8Array)).toEqual(JOIN);
    expect(decodeAcceptance(encodeAcceptance({ room: 2 ** 32 - 1, peer: 2 ** 31 - 1 }))).toEqual({
      room: 2 ** 32 - 1,
      peer: 2 ** 31 - 1,
    });
    expect(decodeCredit(encodeCredit(2 ** 32 - 1))).toBe(2 ** 32 - 1);
    expect(decodeClose(encodeClose(4013, 'größer'))).toEqual({ code: 4013, reason: 'größer' });
    const head = encodeCastHead(7, [1, 2 ** 32 - 1]);
    expect(decodeCast(Uint8Array.from([...head, 9, 8]))).toEqual({
      room: 7,
      excluded: new Set([1, 2 ** 32 - 1]),
      packet: Uint8Array.of(9, 8),
    });
  });

  it('has no data where there is none', () => {
    const { data: _, ...join } = JOIN;
    expect(decodeOpen(encodeOpen({ ...join, data: undefined }) as Uint8Array)).toEqual({ ...join, data: null });
  });

  it.each([
    ['a circle', () => Object.assign({}, ...[{}].map((one) => Object.assign(one, { one })))],
    ['a BigInt', () => 1n],
    ['too much', () => 'x'.repeat(MAX_OPEN_BYTES)],
    [
      'what throws',
      () => ({
        toJSON() {
          throw new Error('no');
        },
      }),
    ],
  ])('is a text that says why, for data that is %s', (_, make) => {
    expect(encodeOpen({ ...JOIN, data: make() })).toMatch(/^data (can't be written as JSON|is too large)/);
  });
});

describe('what no process writes', () => {
  it.each([
    ['nothing', text('')],
    ['no JSON', text('{')],
    ['no object', text('7')],
    ['null', text('null')],
    ['no room', text('{"address":"a","port":1}')],
    ['a room that is a number', text('{"room":1,"address":"a","port":1}')],
    ['a port that is a text', text('{"room":"r","address":"a","port":"1"}')],
    ['too much', text(`{"room":"r","address":"a","port":1,"data":"${'x'.repeat(MAX_OPEN_BYTES)}"}`)],
  ])('is no request: %s', (_, payload) => {
    expect(decodeOpen(payload)).toBeNull();
  });

  it.each([0, 7, 9])('is no acceptance of %i bytes', (length) => {
    expect(decodeAcceptance(new Uint8Array(length))).toBeNull();
  });

  it.each([0, 3, 5])('is no credit of %i bytes', (length) => {
    expect(decodeCredit(new Uint8Array(length))).toBeNull();
  });

  it.each([
    ['no length', Uint8Array.of(0, 0, 0, 7)],
    ['more links than bytes', Uint8Array.of(0, 0, 0, 7, 0, 0, 0, 2, 0, 0, 0, 1)],
    ['links beyond any length', Uint8Array.of(0, 0, 0, 7, 255, 255, 255, 255)],
  ])('is no cast: %s', (_, payload) => {
    expect(decodeCast(payload)).toBeNull();
  });

  it('is read with links that stand there twice', () => {
    const head = Uint8Array.of(0, 0, 0, 7, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 5);
    expect(decodeCast(head)).toEqual({ room: 7, excluded: new Set([1]), packet: Uint8Array.of(5) });
  });

  it.each([
    ['no code', Uint8Array.of(3)],
    ['a code above all', Uint8Array.of(0x13, 0x88)],
  ])('is no close: %s', (_, payload) => {
    expect(decodeClose(payload)).toBeNull();
  });
});
