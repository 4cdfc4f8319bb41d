// Texts of what games throw: always there, and never thrown themselves.
import { afterEach, expect, it, vi } from 'vitest';
import { printError, set_error_handler } from '../../host/binding/error-handler.js';
import { textOfThrown, textOfValue } from '../../host/binding/thrown.js';

const bare = Object.create(null) as object;
const hidden = Object.defineProperty(new TypeError(), 'message', {
  get: () => {
    throw bare;
  },
});
const revoked = Proxy.revocable({}, {});
revoked.revoke();
const NONE = 'a value without a text';

const THROWN: readonly [what: string, thrown: unknown, message: string][] = [
  ['an error', new Error('no way'), 'no way'],
  ['a string', 'no way', 'no way'],
  ['a number', 7, '7'],
  ['null', null, 'null'],
  ['nothing', undefined, 'undefined'],
  ['a symbol', Symbol('no'), 'Symbol(no)'],
  ['an object without a text', bare, NONE],
  ['an error whose message has no text', Object.assign(new Error(), { message: bare }), NONE],
  ['an error whose message throws', hidden, NONE],
  ['a revoked proxy', revoked.proxy, NONE],
];

it.each(THROWN)('%s has a message', (_what, thrown, message) => {
  expect(textOfThrown(thrown)).toBe(message);
  expect(typeof textOfThrown(thrown, 'stack')).toBe('string');
  expect(typeof textOfValue(thrown)).toBe('string');
});

afterEach(() => {
  set_error_handler(undefined);
  vi.restoreAllMocks();
});

it('an error handler that throws what has no text breaks nothing', () => {
  const told = vi.spyOn(console, 'error').mockImplementation(() => {});
  set_error_handler(() => {
    throw bare;
  });
  printError('first');
  expect(told.mock.calls).toEqual([[`error handler threw ${NONE} on "first"`]]);
});
