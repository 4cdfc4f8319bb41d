// DER, the binary form of certificates and signatures: a writer, and a reader of the outermost layers.
//
//     tag (1 byte) | length (1 byte below 128, else 0x80 + n and n bytes) | content

export const INTEGER = 0x02;
export const BIT_STRING = 0x03;
export const OCTET_STRING = 0x04;
export const SEQUENCE = 0x30;
export const SET = 0x31;
export const NULL: Uint8Array = Uint8Array.of(0x05, 0x00);
export const TRUE: Uint8Array = Uint8Array.of(0x01, 0x01, 0xff);

/** One element with the concatenated `parts` as its content. */
export function der(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const head = [tag, ...lengthBytes(length)];
  const bytes = new Uint8Array(head.length + length);
  bytes.set(head);
  let at = head.length;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function lengthBytes(length: number): number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [0x80 + bytes.length, ...bytes];
}

/** A non-negative INTEGER from big-endian bytes. */
export function derInteger(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0);
  const digits = first < 0 ? Uint8Array.of(0) : bytes.subarray(first);
  const isNegative = (digits[0] as number) >= 0x80;
  return isNegative ? der(INTEGER, Uint8Array.of(0), digits) : der(INTEGER, digits);
}

/** An object identifier from its dotted form. */
export function derOid(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return der(0x06, Uint8Array.from([first * 40 + second, ...rest].flatMap(base128)));
}

function base128(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) bytes.unshift(0x80 | (rest & 0x7f));
  return bytes;
}

/** Tags and contents of consecutive elements that fill `bytes`; null when they don't. */
export function readDer(bytes: Uint8Array): { tag: number; content: Uint8Array }[] | null {
  const elements: { tag: number; content: Uint8Array }[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = lengthAt(bytes, at + 1);
    if (size === null || size.end + size.length > bytes.length) return null;
    elements.push({ tag: bytes[at] as number, content: bytes.subarray(size.end, size.end + size.length) });
    at = size.end + size.length;
  }
  return elements;
}

/** A length and where it ends; null when it is missing, indefinite, of more than four bytes, or not minimal. */
function lengthAt(bytes: Uint8Array, at: number): { length: number; end: number } | null {
  const first = bytes[at];
  if (first === undefined) return null;
  if (first < 0x80) return { length: first, end: at + 1 };
  const digits = bytes.subarray(at + 1, at + 1 + first - 0x80);
  if (digits.length === 0 || digits.length !== first - 0x80 || digits.length > 4 || digits[0] === 0) return null;
  const length = digits.reduce((sum, digit) => sum * 256 + digit, 0);
  return length < 0x80 ? null : { length, end: at + 1 + digits.length };
}

/** Content of `bytes` as a single element with `tag`; null when it is something else. */
export function contentOf(bytes: Uint8Array, tag: number): Uint8Array | null {
  const elements = readDer(bytes);
  const [only] = elements ?? [];
  return elements?.length === 1 && only?.tag === tag ? only.content : null;
}
