// Values as `var_to_str`, scenes and GDScript write them, read into a form that the module's writer turns into
// JavaScript.

/** A value that was read. `call` is a constructor: `Vector2(1, 2)`, `Array[int]([1])`, `ExtResource("1")`. */
export type Value =
  | { readonly kind: 'plain'; readonly value: null | boolean | string }
  | { readonly kind: 'number'; readonly text: string; readonly isFloat: boolean }
  | { readonly kind: 'stringName' | 'nodePath'; readonly text: string }
  | { readonly kind: 'array'; readonly items: readonly Value[] }
  | { readonly kind: 'dictionary'; readonly entries: readonly (readonly [Value, Value])[] }
  | { readonly kind: 'call'; readonly name: string; readonly types: string; readonly args: readonly Value[] };

const NULL: Value = { kind: 'plain', value: null };
const WORDS: Readonly<Record<string, Value>> = {
  null: NULL,
  nil: NULL,
  true: { kind: 'plain', value: true },
  false: { kind: 'plain', value: false },
  inf: { kind: 'number', text: 'Infinity', isFloat: true },
  INF: { kind: 'number', text: 'Infinity', isFloat: true },
  inf_neg: { kind: 'number', text: '-Infinity', isFloat: true },
  nan: { kind: 'number', text: 'NaN', isFloat: true },
  NAN: { kind: 'number', text: 'NaN', isFloat: true },
};
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v' };
const MOST_LEVELS = 64;

/** The value of a whole text; null when it is none, such as an expression of a script. */
export function readValue(text: string): Value | null {
  const found = readValueAt(text, 0);
  return found !== null && text.slice(found.end).trim() === '' ? found.value : null;
}

/** The value that begins at `at`, and where it ends; null when there is none. */
export function readValueAt(text: string, at: number): { value: Value; end: number } | null {
  const reader = new ValueReader(text, at);
  try {
    const value = reader.value(0);
    return { value, end: reader.at };
  } catch (error) {
    if (error instanceof NoValue) return null;
    throw error;
  }
}

class NoValue extends Error {}

class ValueReader {
  at: number;
  readonly #text: string;

  constructor(text: string, at: number) {
    this.#text = text;
    this.at = at;
  }

  value(level: number): Value {
    if (level > MOST_LEVELS) throw new NoValue();
    if (this.#take(/&(?=["'])/y) !== null) return { kind: 'stringName', text: this.#string() };
    if (this.#take(/\^(?=["'])/y) !== null) return { kind: 'nodePath', text: this.#string() };
    this.#skip();
    const first = this.#text[this.at];
    if (first === '"' || first === "'") return { kind: 'plain', value: this.#string() };
    if (first === '[') return { kind: 'array', items: this.#list('[', ']', () => this.value(level + 1)) };
    if (first === '{') return { kind: 'dictionary', entries: this.#list('{', '}', () => this.#entry(level + 1)) };
    const number = this.#take(
      /[-+]?(?:0x[0-9a-fA-F_]+|0b[01_]+|(?:\d[\d_]*)?\.?\d[\d_]*\.?(?:[eE][-+]?\d+)?)(?![\w.])/y,
    );
    if (number !== null) return numberOf(number);
    const word = this.#take(/-?[A-Za-z_]\w*/y);
    if (word === null) throw new NoValue();
    return this.#named(word, level);
  }

  #named(word: string, level: number): Value {
    const known = WORDS[word];
    if (known !== undefined) return known;
    if (word === '-INF' || word === '-inf') return { kind: 'number', text: '-Infinity', isFloat: true };
    const types = /^(Array|Dictionary)$/.test(word) ? (this.#take(/\[[^\]]*\]/y) ?? '').slice(1, -1) : '';
    this.#skip();
    if (this.#text[this.at] !== '(') throw new NoValue();
    const args = this.#list('(', ')', () => this.value(level + 1));
    const [first] = args;
    if (word === 'NodePath' && args.length < 2) return { kind: 'nodePath', text: textOf(first) };
    if (word === 'StringName' && args.length < 2) return { kind: 'stringName', text: textOf(first) };
    return { kind: 'call', name: word, types, args };
  }

  #entry(level: number): readonly [Value, Value] {
    const bare = this.#take(/[A-Za-z_]\w*(?=\s*=)/y);
    const key: Value = bare === null ? this.value(level) : { kind: 'plain', value: bare };
    if (this.#take(/[:=]/y) === null) throw new NoValue();
    return [key, this.value(level)];
  }

  #list<T>(open: string, close: string, item: () => T): T[] {
    this.#expect(open);
    const items: T[] = [];
    for (;;) {
      this.#skip();
      if (this.#text[this.at] === close) break;
      items.push(item());
      this.#skip();
      if (this.#text[this.at] === ',') this.at += 1;
      else if (this.#text[this.at] !== close) throw new NoValue();
    }
    this.at += 1;
    return items;
  }

  #expect(character: string): void {
    this.#skip();
    if (this.#text[this.at] !== character) throw new NoValue();
    this.at += 1;
  }

  /** Spaces, line ends and comments. */
  #skip(): void {
    const pattern = /(?:\s|#[^\n]*|;[^\n]*)*/y;
    pattern.lastIndex = this.at;
    pattern.exec(this.#text);
    this.at = pattern.lastIndex;
  }

  #take(pattern: RegExp): string | null {
    this.#skip();
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.#text)?.[0] ?? null;
    if (found !== null) this.at += found.length;
    return found;
  }

  #string(): string {
    const rest = this.#text.slice(this.at, this.at + 3);
    const quote = rest === '"""' || rest === "'''" ? rest : rest.charAt(0);
    this.at += quote.length;
    let text = '';
    while (!this.#text.startsWith(quote, this.at)) {
      const character = this.#text[this.at];
      if (character === undefined) throw new NoValue();
      this.at += 1;
      text += character === '\\' ? this.#escape() : character;
    }
    this.at += quote.length;
    return text;
  }

  #escape(): string {
    const pattern = /u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|[\s\S]/y;
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.#text);
    if (found === null) throw new NoValue();
    this.at = pattern.lastIndex;
    const [all, four, six] = found;
    const code = four ?? six;
    if (code !== undefined) return String.fromCodePoint(Math.min(Number.parseInt(code, 16), 0x10ffff));
    return all === '\n' ? '' : (ESCAPES[all] ?? all);
  }
}

function textOf(value: Value | undefined): string {
  return value?.kind === 'plain' && typeof value.value === 'string' ? value.value : '';
}

function numberOf(text: string): Value {
  const digits = text.replaceAll('_', '').replace(/^\+/, '');
  const isFloat = !/^-?0[xb]/.test(digits) && /[.eE]/.test(digits);
  return { kind: 'number', text: isFloat ? String(Number(digits)) : wholeOf(digits), isFloat };
}

/** In decimal digits, whatever base it is written in. */
function wholeOf(digits: string): string {
  const isNegative = digits.startsWith('-');
  const whole = BigInt(isNegative ? digits.slice(1) : digits);
  return String(isNegative ? -whole : whole);
}
