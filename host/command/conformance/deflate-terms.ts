// Offers of compression and answers to them (RFC 7692 §5 and §7.1), read and judged without the package's own reader: what
// is wrong about each, and what follows from both.

/** What one side's messages are bound to. */
export interface Half {
  /** Size of its window, as a power of two (§7.1.2). */
  readonly bits: number;
  /** Whether its messages may refer to earlier ones (§7.1.1). */
  readonly keepsContext: boolean;
}

export interface Agreement {
  readonly client: Half;
  readonly server: Half;
}

/** What a server asks for beyond the offer. */
export interface Wants {
  readonly serverNoContext?: true;
  readonly clientNoContext?: true;
  readonly serverBits?: number;
  /** Only where the client has offered it. */
  readonly clientBits?: number;
}

interface Entry {
  readonly name: string;
  readonly parameters: readonly (readonly [name: string, value: string | null])[];
}

const NAME = 'permessage-deflate';
const SERVER_NO_CONTEXT = 'server_no_context_takeover';
const CLIENT_NO_CONTEXT = 'client_no_context_takeover';
const SERVER_BITS = 'server_max_window_bits';
const CLIENT_BITS = 'client_max_window_bits';
const MOST_BITS = 15;

/** `text` cut at each `separator` outside of quotes. */
function split(text: string, separator: string): string[] {
  const parts = [''];
  let isQuoted = false;
  for (const char of text) {
    if (char === '"') isQuoted = !isQuoted;
    if (char === separator && !isQuoted) parts.push('');
    else parts[parts.length - 1] += char;
  }
  return parts.map((part) => part.trim());
}

function entriesOf(header: string): Entry[] {
  const entries = split(header, ',').filter((entry) => entry !== '');
  return entries.map((entry) => {
    const [name = '', ...rest] = split(entry, ';');
    const parameters = rest.map((part) => {
      const [key = '', ...value] = split(part, '=');
      return [key, value.length === 0 ? null : value.join('=').replace(/^"(.+)"$/, '$1')] as const;
    });
    return { name, parameters };
  });
}

/** §7.1, of an offer or an answer; '' for a right one. */
function faultOf({ name, parameters }: Entry, isAnswer: boolean): string {
  if (name !== NAME) return `the extension "${name}"`;
  const seen = new Set<string>();
  for (const [key, value] of parameters) {
    if (seen.has(key)) return `${key} twice (§7.1)`;
    seen.add(key);
    if (key === SERVER_NO_CONTEXT || key === CLIENT_NO_CONTEXT) {
      if (value !== null) return `${key} with a value (§7.1.1)`;
    } else if (key === SERVER_BITS || key === CLIENT_BITS) {
      const mayLackIt = key === CLIENT_BITS && !isAnswer;
      if (value === null ? !mayLackIt : !/^([89]|1[0-5])$/.test(value)) return `${key}=${value ?? ''} (§7.1.2)`;
    } else return `the parameter "${key}" (§7.1)`;
  }
  return '';
}

const has = ({ parameters }: Entry, key: string): boolean => parameters.some(([name]) => name === key);

/** Bits of a parameter; 15 when it is missing or without a value. */
const bitsOf = ({ parameters }: Entry, key: string): number =>
  Number(parameters.find(([name]) => name === key)?.[1] ?? MOST_BITS);

const rightOffersIn = (header: string): Entry[] => entriesOf(header).filter((entry) => faultOf(entry, false) === '');

/** Whether `answer` accepts `offer` (§7.1.1.1, §7.1.2.1, §7.1.2.2). */
function fits(offer: Entry, answer: Entry): boolean {
  if (has(offer, SERVER_NO_CONTEXT) && !has(answer, SERVER_NO_CONTEXT)) return false;
  if (has(offer, SERVER_BITS) && !has(answer, SERVER_BITS)) return false;
  if (bitsOf(answer, SERVER_BITS) > bitsOf(offer, SERVER_BITS)) return false;
  if (has(answer, CLIENT_BITS) && !has(offer, CLIENT_BITS)) return false;
  return !has(answer, CLIENT_BITS) || bitsOf(answer, CLIENT_BITS) <= bitsOf(offer, CLIENT_BITS);
}

/** Whether a request offers compression at all. */
export const offersCompression = (header: string): boolean => entriesOf(header).some(({ name }) => name === NAME);

/** What is wrong about a client's offers of compression; '' for nothing. */
export function faultOfOffers(header: string): string {
  const faults = entriesOf(header).map((entry) => (entry.name === NAME ? faultOf(entry, false) : ''));
  return faults.find((fault) => fault !== '') ?? '';
}

/** What is wrong about the answer to `offers`; '' for a right one, and for none. */
export function faultOfAnswer(offers: string, answer: string): string {
  const [entry, ...more] = entriesOf(answer);
  if (entry === undefined) return answer.trim() === '' ? '' : 'an extension without a name (RFC 6455 §9.1)';
  if (more.length > 0) return 'more than one extension';
  const fault = faultOf(entry, true);
  if (fault !== '') return fault;
  const right = rightOffersIn(offers);
  if (right.length === 0) return 'an answer to an offer that must be declined (§7.1)';
  return right.some((offer) => fits(offer, entry)) ? '' : 'an answer that fits no offer (§7.1)';
}

/** What a right `answer` to `offers` means; null for no compression. */
export function agreementOf(offers: string, answer: string): Agreement | null {
  const [entry] = entriesOf(answer);
  const offer = entry && rightOffersIn(offers).find((one) => fits(one, entry));
  if (entry === undefined || offer === undefined) return null;
  return {
    client: {
      // Without an answer to it, the offered value is a promise (§7.1.2.2).
      bits: bitsOf(has(entry, CLIENT_BITS) ? entry : offer, CLIENT_BITS),
      keepsContext: !has(entry, CLIENT_NO_CONTEXT) && !has(offer, CLIENT_NO_CONTEXT),
    },
    server: { bits: bitsOf(entry, SERVER_BITS), keepsContext: !has(entry, SERVER_NO_CONTEXT) },
  };
}

/** A right answer to the first right one of `offers`; '' when there is none. */
export function rightAnswer(offers: string, wants: Wants): string {
  const [offer] = rightOffersIn(offers);
  if (offer === undefined) return '';
  const parts = [NAME];
  if (wants.serverNoContext || has(offer, SERVER_NO_CONTEXT)) parts.push(SERVER_NO_CONTEXT);
  if (wants.clientNoContext) parts.push(CLIENT_NO_CONTEXT);
  if (wants.serverBits !== undefined || has(offer, SERVER_BITS)) {
    parts.push(`${SERVER_BITS}=${Math.min(wants.serverBits ?? MOST_BITS, bitsOf(offer, SERVER_BITS))}`);
  }
  if (wants.clientBits !== undefined && has(offer, CLIENT_BITS)) {
    parts.push(`${CLIENT_BITS}=${Math.min(wants.clientBits, bitsOf(offer, CLIENT_BITS))}`);
  }
  return parts.join('; ');
}
