// HashingContext, as the engine answers to each call in each order.
import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { HashingContext } from '../../../host/index.js';
import { useReports } from '../../helpers/reports.js';

const reports = useReports();
const hex = (data: Uint8Array): string => Buffer.from(data).toString('hex');
const OK = 0;
const FAILED = 1;
const ERR_UNAVAILABLE = 2;
const ERR_UNCONFIGURED = 3;
const ERR_ALREADY_IN_USE = 22;

it.each<[string, HashingContext.HashType]>([
  ['md5', HashingContext.HASH_MD5],
  ['sha1', HashingContext.HASH_SHA1],
  ['sha256', HashingContext.HASH_SHA256],
])('a hash of %s made of parts is that of the whole, and can be made again', (name, type) => {
  const context = new HashingContext();
  for (const text of ['', 'a', 'the whole of it']) {
    expect(context.start(type)).toBe(OK);
    for (const part of text) expect(context.update(Buffer.from(part))).toBe(OK);
    expect(hex(context.finish())).toBe(createHash(name).update(text).digest('hex'));
  }
  expect(reports.take()).toEqual([]);
});

it('a hash is not started twice, nor one of an unknown type', () => {
  const context = new HashingContext();
  expect([3, -1, 0, 1].map((type) => context.start(type as HashingContext.HashType))).toEqual([
    ERR_UNAVAILABLE,
    ERR_UNAVAILABLE,
    OK,
    ERR_ALREADY_IN_USE,
  ]);
  expect(hex(context.finish())).toBe('d41d8cd98f00b204e9800998ecf8427e');
  expect(reports.take()).toEqual([
    'start: type is 3, which is no HashingContext.HashType (0 to 2)',
    'start: type is -1, which is no HashingContext.HashType (0 to 2)',
    'start: a hash is under way, finish() it first',
  ]);
});

it('nothing is added to or taken from a hash that was not started', () => {
  const context = new HashingContext();
  expect(context.update(new Uint8Array(1))).toBe(ERR_UNCONFIGURED);
  expect(context.finish()).toEqual(new Uint8Array());
  expect(reports.take()).toEqual([
    'update: no hash was started, call start() first',
    'finish: no hash was started, call start() first',
  ]);
});

it('an empty part is refused and changes nothing', () => {
  const context = new HashingContext();
  context.start(HashingContext.HASH_SHA256);
  expect(context.update(new Uint8Array())).toBe(FAILED);
  expect(hex(context.finish())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(reports.take()).toEqual(['update: the chunk is empty']);
});
