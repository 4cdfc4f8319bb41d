// Texts that processes keep in the directory and answer with, as JSON. What is read is checked: anyone who may use the
// broker can have written it.

/** Longer texts are none of ours. */
const MAX_TEXT_LENGTH = 1024;

/** What a process says of itself: for the choice of the one that makes a room. */
export interface ProcessState {
  readonly rooms: number;
  readonly load: number;
  readonly draining: boolean;
  readonly max_rooms: number;
}

/** What became of the request for a room: the process that has it, or why it was not made. */
export type MakeAnswer = { readonly process: number } | { readonly refused: Refusal };

const REFUSALS = ['unknown', 'full', 'draining', 'failed'] as const;
/** `failed`: the directory could not be reached, or the game threw. */
export type Refusal = (typeof REFUSALS)[number];

export function isProcessId(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= 0xffffffff;
}

const isCount = (value: unknown): value is number => typeof value === 'number' && value >= 0;

/** Members that any of the texts may have, with whatever values. */
type Members = {
  readonly [Name in 'process' | 'holder' | 'refused' | keyof ProcessState]?: unknown;
};

function objectOf(text: string): Members | null {
  if (text.length > MAX_TEXT_LENGTH) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

export function roomText(process: number): string {
  return JSON.stringify({ process });
}

/** Process of a room's entry, null when the text is not such an entry's. */
export function processOfRoom(text: string): number | null {
  const process = objectOf(text)?.process;
  return isProcessId(process) ? process : null;
}

/** `holder` tells processes apart that have chosen the same id. */
export function processText(holder: string, state: ProcessState): string {
  const { rooms, load, draining, max_rooms } = state;
  return JSON.stringify({ holder, rooms, load, draining, max_rooms });
}

export function holderOf(text: string): string | null {
  const holder = objectOf(text)?.holder;
  return typeof holder === 'string' ? holder : null;
}

/** State of a process's entry, null when the text is not such an entry's. */
export function stateOf(text: string): ProcessState | null {
  const value = objectOf(text);
  if (value === null) return null;
  const { rooms, load, draining, max_rooms } = value;
  if (!isCount(rooms) || !isCount(load) || !isCount(max_rooms) || typeof draining !== 'boolean') return null;
  return { rooms, load, draining, max_rooms };
}

export function makeAnswerText(answer: MakeAnswer): string {
  return JSON.stringify('process' in answer ? { process: answer.process } : { refused: answer.refused });
}

/** The answer that a text holds, null when it is none. */
export function makeAnswerOf(text: string): MakeAnswer | null {
  const value = objectOf(text);
  const process = value?.process;
  if (isProcessId(process)) return { process };
  const refused = REFUSALS.find((refusal) => refusal === value?.refused);
  return refused === undefined ? null : { refused };
}
