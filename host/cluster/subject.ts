// What subjects and keys are made of.

const SUBJECT = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/;
const PREFIX = /^[A-Za-z0-9_.-]*$/;
/** Far below what brokers take, far above what names here need. */
const LONGEST = 256;

export function isSubject(text: string): boolean {
  return text.length <= LONGEST && SUBJECT.test(text);
}

function fault(what: string, text: string): RangeError {
  return new RangeError(
    `a ${what} is made of tokens of letters, digits, _ and -, separated by dots, with at most ${LONGEST} characters: ` +
      `got ${JSON.stringify(text.slice(0, LONGEST))}`,
  );
}

/** Throws a RangeError when `subject` is none. */
export function checkSubject(subject: string): void {
  if (!isSubject(subject)) throw fault('subject', subject);
}

/** Throws a RangeError when `key` is none: within async functions, a rejection. */
export function checkKey(key: string): void {
  if (!isSubject(key)) throw fault('key', key);
}

export function checkPrefix(prefix: string): void {
  if (prefix.length > LONGEST || !PREFIX.test(prefix)) throw fault('key’s beginning', prefix);
}

/** Why a message can't be sent; '' when it can. */
export function messageFault(subject: string, bytes: Uint8Array, max_payload: number): string {
  if (!isSubject(subject)) return `${JSON.stringify(subject.slice(0, LONGEST))} is no subject`;
  return bytes.length > max_payload ? `${bytes.length} bytes, and max_payload is ${max_payload}` : '';
}
