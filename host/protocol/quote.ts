// How a value from outside is shown inside a message: quoted, escaped, and never longer than a line.

const MAX_SHOWN = 80;

/** `text` in double quotes, control characters escaped, cut when long. */
export function quote(text: string): string {
  return JSON.stringify(text.slice(0, MAX_SHOWN)) + (text.length > MAX_SHOWN ? '…' : '');
}
