// The making of rooms on request: the side of the process that hosts them.
import { printError } from '../binding/error-handler.js';
import { textOfThrown } from '../binding/thrown.js';
import type { Broker, Unsubscribe } from './broker.js';
import { type MakeAnswer, makeAnswerText } from './directory-values.js';
import { isRoomName, makeSubject } from './names.js';

/** Rooms that may be in the making at once; more are refused as if the process were full. */
const MAX_MAKING = 256;
const MAX_NAME_BYTES = 64;

const utf8 = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Answers requests for rooms to process `processId` by `make`, which is called once for a name while it is being made,
 * however many ask. When `make` fails, the one who asks is told so, and asks another process.
 */
export function serveMaking(
  broker: Broker,
  processId: number,
  make: (name: string) => Promise<MakeAnswer>,
): Unsubscribe {
  const making = new Map<string, Promise<MakeAnswer>>();

  const made = (name: string): Promise<MakeAnswer> => {
    const known = making.get(name);
    if (known !== undefined) return known;
    if (making.size >= MAX_MAKING) return Promise.resolve({ refused: 'full' });
    const begun = attempt(make, name).finally(() => making.delete(name));
    making.set(name, begun);
    return begun;
  };

  return broker.subscribe(makeSubject(processId), (bytes, answer) => {
    if (answer === null) return;
    const name = nameOf(bytes);
    const result: Promise<MakeAnswer> = name === null ? Promise.resolve({ refused: 'unknown' }) : made(name);
    void result.then((value) => answer(utf8.encode(makeAnswerText(value))));
  });
}

async function attempt(make: (name: string) => Promise<MakeAnswer>, name: string): Promise<MakeAnswer> {
  try {
    return await make(name);
  } catch (error) {
    printError(`The room "${name}" was not made: ${textOfThrown(error)}`);
    return { refused: 'failed' };
  }
}

function nameOf(bytes: Uint8Array): string | null {
  if (bytes.length > MAX_NAME_BYTES) return null;
  try {
    const name = decoder.decode(bytes);
    return isRoomName(name) ? name : null;
  } catch {
    return null;
  }
}
