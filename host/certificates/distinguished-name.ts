// The name in a certificate: parsed from 'CN=myserver,O=myorganisation,C=IT', written as DER. Accepts the engine's part
// of RFC 4514, except names that the engine would garble.

import { contentOf, der, derOid, readDer, SEQUENCE, SET } from './der.js';

const UTF8_STRING = 0x0c;
const PRINTABLE_STRING = 0x13;
const IA5_STRING = 0x16;
const STRING_TAGS: readonly number[] = [UTF8_STRING, PRINTABLE_STRING, 0x14, IA5_STRING, 0x1c, 0x1e];

const MAX_VALUE_BYTES = 255;

interface AttributeKind {
  readonly oid: string;
  readonly tag: number;
}

const utf8 = (oid: string): AttributeKind => ({ oid, tag: UTF8_STRING });
const printable = (oid: string): AttributeKind => ({ oid, tag: PRINTABLE_STRING });
const ia5 = (oid: string): AttributeKind => ({ oid, tag: IA5_STRING });

/** By the engine's attribute names, which are case-sensitive. */
const KINDS: ReadonlyMap<string, AttributeKind> = new Map([
  ['CN', utf8('2.5.4.3')],
  ['commonName', utf8('2.5.4.3')],
  ['C', printable('2.5.4.6')],
  ['countryName', printable('2.5.4.6')],
  ['O', utf8('2.5.4.10')],
  ['organizationName', utf8('2.5.4.10')],
  ['L', utf8('2.5.4.7')],
  ['locality', utf8('2.5.4.7')],
  ['OU', utf8('2.5.4.11')],
  ['organizationalUnitName', utf8('2.5.4.11')],
  ['ST', utf8('2.5.4.8')],
  ['stateOrProvinceName', utf8('2.5.4.8')],
  ['R', ia5('1.2.840.113549.1.9.1')],
  ['emailAddress', ia5('1.2.840.113549.1.9.1')],
  ['serialNumber', printable('2.5.4.5')],
  ['postalAddress', printable('2.5.4.16')],
  ['postalCode', printable('2.5.4.17')],
  ['dnQualifier', printable('2.5.4.46')],
  ['title', utf8('2.5.4.12')],
  ['SN', utf8('2.5.4.4')],
  ['surName', utf8('2.5.4.4')],
  ['GN', utf8('2.5.4.42')],
  ['givenName', utf8('2.5.4.42')],
  ['initials', utf8('2.5.4.43')],
  ['pseudonym', utf8('2.5.4.65')],
  ['generationQualifier', utf8('2.5.4.44')],
  ['DC', ia5('0.9.2342.19200300.100.1.25')],
  ['domainComponent', ia5('0.9.2342.19200300.100.1.25')],
]);

/** One attribute, name=value; a backslash escapes a comma in the value. */
const ATTRIBUTE = /^ *([^=,]+)=((?:\\.|[^\\,])*)(?:,|$)/su;
/** An escaped byte as two digits, or an escaped special character. */
const ESCAPE = /\\([0-9a-fA-F]{2}|[ ",=+<>#;\\])|\\/gsu;
const PRINTABLE = /^[A-Za-z0-9 '()+,\-./:=?]*$/;

const encoder = new TextEncoder();

/** The name as DER, or a description of what is wrong with it. */
export function distinguishedName(text: string): Uint8Array | string {
  const values = new Map<string, Uint8Array>();
  for (let rest = text; rest !== '' || values.size === 0; ) {
    const [whole, name = '', value = ''] = ATTRIBUTE.exec(rest) ?? [];
    if (whole === undefined) return `"${rest}" is not of the form NAME=value,NAME=value`;
    const kind = KINDS.get(name);
    if (kind === undefined) return `"${name}" is no attribute of a name (CN, O, OU, C, L, ST, emailAddress, …)`;
    const written = attributeValue(value, kind.tag);
    if (written === null) return `"${value}" can't be the value of ${name}`;
    values.set(kind.oid, written); // of repeated attributes the last value counts, in the place of the first
    rest = rest.slice(whole.length);
  }
  const attributes = [...values].map(([oid, value]) => der(SET, der(SEQUENCE, derOid(oid), value)));
  return der(SEQUENCE, ...attributes);
}

function attributeValue(text: string, tag: number): Uint8Array | null {
  if (text.startsWith('#')) return writtenString(text.slice(1));
  const bytes = unescaped(text);
  if (bytes === null || bytes.length === 0 || bytes.length > MAX_VALUE_BYTES || bytes.includes(0)) return null;
  if (tag === IA5_STRING && bytes.some((byte) => byte >= 0x80)) return null;
  if (tag === PRINTABLE_STRING && !PRINTABLE.test(String.fromCharCode(...bytes))) return null;
  return der(tag, bytes);
}

/** RFC 4514 §2.4: '#' and a DER string in hexadecimal digits. */
function writtenString(digits: string): Uint8Array | null {
  if (!/^(?:[0-9a-fA-F]{2})+$/.test(digits)) return null;
  const bytes = Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  const [element] = readDer(bytes) ?? [];
  if (element === undefined || !STRING_TAGS.includes(element.tag)) return null;
  const content = contentOf(bytes, element.tag);
  return content === null || content.length === 0 || content.length > MAX_VALUE_BYTES ? null : bytes;
}

/** The unescaped bytes of a value; null when a backslash precedes a character that needs none. */
function unescaped(text: string): Uint8Array | null {
  const parts: Uint8Array[] = [];
  let from = 0;
  for (const { 0: whole, 1: escaped, index } of text.matchAll(ESCAPE)) {
    if (escaped === undefined) return null;
    const byte = escaped.length === 2 ? Number.parseInt(escaped, 16) : escaped.charCodeAt(0);
    parts.push(encoder.encode(text.slice(from, index)), Uint8Array.of(byte));
    from = index + whole.length;
  }
  parts.push(encoder.encode(text.slice(from)));
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
