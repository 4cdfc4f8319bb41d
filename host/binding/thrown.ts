// Texts of values of the game, which may be anything: also objects that can't be turned into text.

/** Text of any value; never throws. */
export function textOfValue(value: unknown): string {
  try {
    return String(value);
  } catch {
    return 'a value without a text';
  }
}

/** Message, or stack, of what the game has thrown; its text when it has none. Never throws. */
export function textOfThrown(thrown: unknown, part: 'message' | 'stack' = 'message'): string {
  let text: unknown;
  try {
    text = (thrown as Error | null | undefined)?.[part];
  } catch {}
  return textOfValue(text ?? thrown);
}
