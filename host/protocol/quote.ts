// Quoting of external values in messages: escaped, and limited in length.

const MAX_SHOWN = 80;

/** `text` in double quotes, with control characters escaped, cut when too long. */
export function quote(text: string): string {
  return JSON.stringify(text.slice(0, MAX_SHOWN)) + (text.length > MAX_SHOWN ? '…' : '');
}
