// What the API suite needs of a test runner, in plain JavaScript: every runtime and the page run these same files.
// A group is a name with tests; a test is a sentence with a function. Nothing here knows a runtime.

/** How long a test waits for something that has to come. */
let patienceMs = 60_000;

/** From now on nothing is waited for that long: most will not come. */
export function waitBriefly() {
  patienceMs = 100;
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Runs `turn` again and again until it says true. */
export async function until(turn, what) {
  const end = performance.now() + patienceMs;
  while (!turn()) {
    if (performance.now() > end) throw new Error(`waited in vain for ${what}`);
    await pause(2);
  }
}

/** Fails unless both are the same value, entry by entry for arrays and bytes. */
export function equal(actual, expected, what = 'value') {
  const [got, wanted] = [shown(actual), shown(expected)];
  if (got !== wanted) throw new Error(`${what}: ${got} instead of ${wanted}`);
}

export function ok(condition, what) {
  if (!condition) throw new Error(what);
}

function shown(value) {
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return `[${[...value].map(shown).join(',')}]`;
  if (Array.isArray(value)) return `[${value.map(shown).join(',')}]`;
  if (value instanceof Map) return `Map${shown([...value])}`;
  if (Object.is(value, -0)) return '-0';
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

export const bytesOf = (text) => new TextEncoder().encode(text);
export const textOf = (bytes) => new TextDecoder().decode(bytes);

/** Bytes that differ along their way, the same for the same length. */
export function pattern(length) {
  const bytes = new Uint8Array(length);
  for (let index = 0; index < length; index += 1) bytes[index] = (index * 31 + (index >> 8) * 17 + length) & 255;
  return bytes;
}

/** What an outcome begins with when it was no test that failed, but the package threw. */
const THROWN = 'thrown by the package';

/** Runs `groups` one after the other. A test gets `context` and `atEnd`, which takes what has to be cleared away. */
export async function run(groups, context) {
  const outcomes = [];
  for (const { name, tests } of groups) {
    for (const [title, test] of tests) outcomes.push({ group: name, title, error: await failureOf(test, context) });
  }
  return outcomes;
}

async function failureOf(test, context) {
  const endings = [];
  try {
    await test({ ...context, atEnd: (ending) => endings.push(ending) });
    return null;
  } catch (error) {
    const message = String(error?.message ?? error);
    return /websocketpeer[\\/]dist/.test(error?.stack) ? `${THROWN}: ${message}` : message;
  } finally {
    for (const ending of endings.reverse()) await ending();
  }
}
