// How values from outside are shown in messages.
import { describe, expect, test } from 'vitest';
import { quote } from '../../host/protocol/quote.js';

const ROWS: readonly [what: string, text: string, shown: string][] = [
  ['nothing', '', '""'],
  ['plain text', 'chat', '"chat"'],
  ['a quote and a backslash', 'a"b\\', '"a\\"b\\\\"'],
  ['a new line, which could forge a line of a log', 'a\r\nb', '"a\\r\\nb"'],
  ['an escape sequence of a terminal', '\u001b[31m', '"\\u001b[31m"'],
  ['half a surrogate pair', '\ud800', '"\\ud800"'],
  ['as much as fits', 'x'.repeat(80), `"${'x'.repeat(80)}"`],
  ['one character more', 'x'.repeat(81), `"${'x'.repeat(80)}"…`],
];

describe('quote', () => {
  test.each(ROWS)('shows %s', (_, text, shown) => {
    expect(quote(text)).toBe(shown);
  });

  test('is short, however long the text is', () => {
    expect(quote('\u0000'.repeat(1_000_000)).length).toBeLessThanOrEqual(80 * 6 + 3);
  });
});
