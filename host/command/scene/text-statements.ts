// GDScript split into the statements of its outermost level, without comments.

export interface Statement {
  readonly text: string;
  /** From 1. */
  readonly line: number;
  /** What is indented below it. */
  readonly body: string;
}

/** Where the string that begins at `at` ends. */
function endOfString(text: string, at: number): number {
  const three = text.slice(at, at + 3);
  const quote = three === '"""' || three === "'''" ? three : text.charAt(at);
  const isRaw = text[at - 1] === 'r' && !/\w/.test(text[at - 2] ?? '');
  let end = at + quote.length;
  while (end < text.length && !text.startsWith(quote, end)) end += text[end] === '\\' && !isRaw ? 2 : 1;
  return end + quote.length;
}

interface Line {
  /** Parts between semicolons, comments left out. */
  readonly parts: readonly string[];
  readonly end: number;
}

/** The logical line that begins at `at`: it goes on inside of brackets and behind a backslash. */
function lineAt(text: string, at: number): Line {
  const parts = [''];
  let depth = 0;
  let end = at;
  const take = (piece: string): void => {
    parts[parts.length - 1] += piece;
  };
  while (end < text.length) {
    const character = text.charAt(end);
    if (character === '"' || character === "'") {
      const after = endOfString(text, end);
      take(text.slice(end, after));
      end = after;
      continue;
    }
    if (character === '#') {
      const newline = text.indexOf('\n', end);
      end = newline < 0 ? text.length : newline;
      continue;
    }
    if (character === '\n' && depth === 0) break;
    if (character === '\\' && /^\\\r?\n/.test(text.slice(end, end + 3))) {
      end = text.indexOf('\n', end) + 1;
      take(' ');
      continue;
    }
    if ('([{'.includes(character)) depth += 1;
    if (')]}'.includes(character)) depth = Math.max(0, depth - 1);
    if (character === ';' && depth === 0) parts.push('');
    else take(character);
    end += 1;
  }
  return { parts, end: end + 1 };
}

export function statementsOf(text: string): Statement[] {
  const statements: { text: string; line: number; body: string }[] = [];
  let at = 0;
  let line = 1;
  while (at < text.length) {
    const { parts, end } = lineAt(text, at);
    const whole = text.slice(at, end);
    const isIndented = /^[ \t]+\S/.test(parts[0] ?? '');
    const last = statements.at(-1);
    if (isIndented && last !== undefined) last.body += whole;
    else if (!isIndented) {
      for (const part of parts) if (part.trim() !== '') statements.push({ text: part.trim(), line, body: '' });
    }
    line += whole.split('\n').length - 1;
    at = end;
  }
  return statements;
}

/** Splits at commas that are in no brackets and no strings. */
export function splitList(text: string): string[] {
  const items: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '"' || character === "'") at = endOfString(text, at) - 1;
    else if ('([{'.includes(character)) depth += 1;
    else if (')]}'.includes(character)) depth -= 1;
    else if (character === ',' && depth === 0) {
      items.push(text.slice(from, at));
      from = at + 1;
    }
  }
  return [...items, text.slice(from)].map((item) => item.trim()).filter((item) => item !== '');
}

/** Length of the bracketed part that `text` begins with. */
export function bracketed(text: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '"' || character === "'") at = endOfString(text, at) - 1;
    else if ('([{'.includes(character)) depth += 1;
    else if (')]}'.includes(character)) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return text.length;
}
