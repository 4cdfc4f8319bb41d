// How a value from outside is shown inside a message: quoted, escaped, and never longer than a line.

const MAX_SHOWN = 80;

/** `text` in double quotes, control characters escaped, cut when long. */
export function quote(text: string): string {
  return text.length <= MAX_SHOWN ? JSON.stringify(text) : `${JSON.stringify(text.slice(0, MAX_SHOWN))}…`;
}
