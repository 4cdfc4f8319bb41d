// Failures as data, and the table of their codes.
import { describe, expect, test } from 'vitest';
import type { FailureStage } from '../../host/binding/error-handler.js';
import { FAILURE_CODES, failureOf, failureWith, otherSide } from '../../host/protocol/failures.js';

describe('a failure', () => {
  test('is frozen data, without an answer unless there was one', () => {
    const failure = failureOf('connect', 'ECONNREFUSED', 'it was refused');
    expect(failure).toEqual({
      stage: 'connect',
      code: 'ECONNREFUSED',
      message: 'it was refused',
      http_status: 0,
      http_headers: new Map(),
      http_body: '',
    });
    expect(Object.isFrozen(failure)).toBe(true);
  });

  const MESSAGES: readonly [FailureStage, string][] = [
    ['lookup', "can't look up the host of ws://a/: why (CODE)"],
    ['connect', "can't connect to ws://a/: why (CODE)"],
    ['tls', 'TLS with ws://a/ failed: why (CODE)'],
    ['handshake', 'the handshake with ws://a/ failed: why (CODE)'],
    ['open', 'the connection to ws://a/ broke: why (CODE)'],
    ['close', 'the connection to ws://a/ was not closed in order: why (CODE)'],
  ];

  test.each(MESSAGES)('at the stage %s says %s', (stage, message) => {
    expect(failureWith('ws://a/', stage, 'CODE', 'why')).toMatchObject({ stage, code: 'CODE', message });
  });

  test('has what the server answered', () => {
    const answer = { status: 401, headers: new Map([['server', 'x']]), body: 'no' };
    expect(failureWith('ws://a/', 'handshake', 'HTTP_STATUS', 'why', answer)).toMatchObject({
      http_status: 401,
      http_headers: answer.headers,
      http_body: 'no',
    });
  });
});

describe('the other side', () => {
  test.each([
    [
      'a server, by its URL without secrets',
      'wss://me:secret@host:9/path?token=1#x',
      true,
      '1.2.3.4',
      'wss://host:9/path',
    ],
    ['a client, by its address', 'ws://host/path', false, '1.2.3.4', 'the client at 1.2.3.4'],
    ['a client whose address is not known', '', false, '', 'the client'],
  ])('is %s', (_, url, isClient, address, shown) => {
    expect(otherSide(url, isClient, address)).toBe(shown);
  });
});

describe('the table of codes', () => {
  test.each(Object.entries(FAILURE_CODES))('has stages and one line of text for %s', (code, { stages, meaning }) => {
    expect(code).toMatch(/^[A-Z][A-Z0-9_]+$/);
    expect(stages.length).toBeGreaterThan(0);
    expect(meaning).toMatch(/^[^\n|]+[^.\n]$/);
  });
});
