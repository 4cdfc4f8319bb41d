// The body of an HTTP answer that is not an upgrade: how much of it is kept, and when it is complete.
import { expect, test } from 'vitest';
import { answerOf } from '../../host/protocol/http-answer.js';
import { HeadReader } from '../../host/protocol/http-head.js';
import { ascii } from '../helpers/feed.js';

const KIB = 'x'.repeat(1024);

const ROWS: readonly [title: string, head: string[], body: string, kept: string, isComplete: boolean][] = [
  ['Content-Length, reached', ['HTTP/1.1 401 No', 'Content-Length: 3'], 'abc', 'abc', true],
  ['Content-Length, exceeded', ['HTTP/1.1 401 No', 'Content-Length: 3'], 'abcdef', 'abc', true],
  ['Content-Length, not reached', ['HTTP/1.1 401 No', 'Content-Length: 3'], 'ab', 'ab', false],
  ['Content-Length that is no number', ['HTTP/1.1 401 No', 'Content-Length: x'], 'ab', '', true],
  ['more than a KiB', ['HTTP/1.1 401 No', 'Content-Length: 9999'], `${KIB}y`, KIB, true],
  ['until the stream ends', ['HTTP/1.0 200 OK'], 'ab', 'ab', false],
  ['a status without a body', ['HTTP/1.1 204 No Content'], 'ab', '', true],
  ['another status without a body', ['HTTP/1.1 304 Not Modified', 'Content-Length: 5'], '', '', true],
  ['chunks', ['HTTP/1.1 403 No', 'Transfer-Encoding: chunked'], '2\r\nab\r\n1\r\nc\r\n0\r\n\r\n', 'abc', true],
  ['chunks, the last not there', ['HTTP/1.1 403 No', 'Transfer-Encoding: chunked'], '2;x=y\r\nab\r\n', 'ab', false],
  ['a chunk in part', ['HTTP/1.1 403 No', 'Transfer-Encoding: chunked'], 'ff\r\nab', 'ab', false],
  ['chunks that are none', ['HTTP/1.1 403 No', 'Transfer-Encoding: chunked'], 'zz\r\n'.repeat(9), '', true],
  [
    'tiny chunks without an end',
    ['HTTP/1.1 403 No', 'Transfer-Encoding: chunked'],
    '1\r\na\r\n'.repeat(800),
    'a'.repeat(683),
    true,
  ],
];

test.each(ROWS)('%s', (_, lines, body, kept, isComplete) => {
  const head = new HeadReader(16384);
  head.push(ascii(`${lines.join('\r\n')}\r\nServer: s\r\nServer: t\r\n\r\n`));
  const answer = answerOf(head, ascii(body));
  expect([answer.body, answer.isComplete]).toEqual([kept, isComplete]);
  expect(answer.status).toBe(Number(lines[0]?.split(' ')[1]));
  expect(answer.headers.get('server')).toBe('s, t');
});

test('a character that is cut off is left out', () => {
  const head = new HeadReader(16384);
  head.push(ascii('HTTP/1.1 401 No\r\n\r\n'));
  expect(answerOf(head, new TextEncoder().encode(`${KIB.slice(1)}é`)).body).toBe(KIB.slice(1));
});
