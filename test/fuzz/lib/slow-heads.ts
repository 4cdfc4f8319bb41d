// A strict reader of heads (RFC 9112, RFC 6455 §4) by regular expressions, and what it takes for valid upgrades.
import { createHash } from 'node:crypto';

export interface SlowHead {
  readonly startLine: string;
  readonly headers: readonly (readonly [string, string])[];
  /** Index behind the empty line. */
  readonly end: number;
}

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const HEAD = new RegExp(`^([\\x20-\\x7e\\x80-\\xff]+)\\r\\n((?:${TOKEN}:[\\t\\x20-\\x7e\\x80-\\xff]*\\r\\n)*)\\r\\n`);

/** Without blanks around; others than these two are part of the value. */
const trimmed = (text: string): string => text.replace(/^[ \t]+|[ \t]+$/g, '');

/** The head at the beginning of `text` (one character a byte), null when there is none. */
export function slowHead(text: string): SlowHead | null {
  const match = HEAD.exec(text);
  if (match === null) return null;
  const headers = match[2]
    .split('\r\n')
    .slice(0, -1)
    .map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), trimmed(line.slice(colon + 1))];
    });
  return { startLine: match[1], headers, end: match[0].length };
}

export const valuesOf = ({ headers }: SlowHead, name: string): string[] =>
  headers.filter(([one]) => one === name).map(([, value]) => value);

const holds = (head: SlowHead, name: string, token: string): boolean =>
  valuesOf(head, name).some((value) => value.split(',').some((one) => trimmed(one).toLowerCase() === token));

const hasNoBody = (head: SlowHead): boolean =>
  valuesOf(head, 'transfer-encoding').length === 0 &&
  ['[]', '["0"]'].includes(JSON.stringify(valuesOf(head, 'content-length')));

const only = (head: SlowHead, name: string): string | null => {
  const values = valuesOf(head, name);
  return values.length === 1 ? values[0] : null;
};

/** Whether Node misses an upgrade that is there: a tab around a value counts to it as part of it (not RFC 9110 §5.5). */
export const hidesFromNode = (text: string): boolean => /\r\nconnection:[^\r]*\t/i.test(text);

/** RFC 6455 §4.2.1. */
export function isUpgradeRequest(head: SlowHead): boolean {
  return (
    /^GET (\/[\x21-\x7e]*|(ws|http)s?:\/\/[\x21-\x7e]+) HTTP\/1\.1$/i.test(head.startLine) &&
    /^GET .* HTTP\/1\.1$/.test(head.startLine) &&
    only(head, 'host') !== null &&
    hasNoBody(head) &&
    holds(head, 'upgrade', 'websocket') &&
    holds(head, 'connection', 'upgrade') &&
    only(head, 'sec-websocket-version') === '13' &&
    /^[A-Za-z0-9+/]{22}==$/.test(only(head, 'sec-websocket-key') ?? '')
  );
}

/** Whether the request is one that nobody could refuse, as far as its host goes. */
export function isPlainRequest(head: SlowHead): boolean {
  const host = only(head, 'host') ?? '';
  return head.startLine.startsWith('GET /') && /^[a-z0-9-]+(\.[a-z0-9-]+)*(:[1-9][0-9]{0,3})?$/i.test(host);
}

export function acceptOf(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}

/** RFC 6455 §4.1, the checks of the answer to `key`; `offered`: the subprotocols of the request. */
export function isUpgradeAnswer(head: SlowHead, key: string, offered: readonly string[]): boolean {
  const protocols = valuesOf(head, 'sec-websocket-protocol');
  const isChoice = protocols.length === 1 && offered.includes(protocols[0]);
  return (
    /^HTTP\/1\.1 101( |$)/.test(head.startLine) &&
    only(head, 'upgrade')?.toLowerCase() === 'websocket' &&
    holds(head, 'connection', 'upgrade') &&
    only(head, 'sec-websocket-accept') === acceptOf(key) &&
    hasNoBody(head) &&
    valuesOf(head, 'sec-websocket-extensions').every((value) => /^[ \t,]*$/.test(value)) &&
    (offered.length === 0 ? protocols.length === 0 : isChoice)
  );
}
