// Checks of the messages between a page and its worker: either side may be hostile, or of another version.

import type { SettingValues } from '../protocol/settings.js';
import { copyOf, defaultValues } from '../protocol/settings.js';
import type { MessagePortLike } from '../transport/message-port.js';
import { type FromWorker, KEEP_ALL, KEEP_NONE, type StartMessage, type ToWorker } from './messages.js';

type Fields = Readonly<Record<string, unknown>>;

const isText = (value: unknown): value is string => typeof value === 'string';
const isFlag = (value: unknown): value is boolean => typeof value === 'boolean';
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isCode = (value: unknown): value is number => Number.isSafeInteger(value);
const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array;
const isPolicy = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= KEEP_ALL && (value as number) <= KEEP_NONE;
/** A failure as data, or none. */
const isFailure = (value: unknown): boolean => {
  const { stage, code, message, http_status, http_headers, http_body } = fieldsOf(value);
  const isWhole =
    [stage, code, message, http_body].every(isText) && isCount(http_status) && http_headers instanceof Map;
  return value === null || value === undefined || isWhole;
};
const isPort = (value: unknown): value is MessagePortLike => {
  const { postMessage, addEventListener, close } = fieldsOf(value);
  return [postMessage, addEventListener, close].every((method) => typeof method === 'function');
};

type Shape = Readonly<Record<string, (value: unknown) => boolean>>;

const START: Shape = { port: isPort, url: isText, policy: isPolicy, isHidden: isFlag };

const TO_WORKER: Readonly<Record<ToWorker['kind'], Shape>> = {
  send: { data: isBytes, isText: isFlag },
  close: { code: isCode, reason: isText },
  taken: { packets: isCount, bytes: isCount },
  attention: { isHidden: isFlag, policy: isPolicy },
  'no delay': { enabled: isFlag },
};

const FROM_WORKER: Readonly<Record<FromWorker['kind'], Shape>> = {
  open: { protocol: isText, isCompressed: isFlag },
  packet: { data: isBytes, isText: isFlag },
  closed: { code: isCode, reason: isText, isByPeer: isFlag, failure: isFailure },
  report: { severity: isText, message: isText, cause: isText },
  seen: { policy: isPolicy, dropped: isCount },
  left: { bytes: isCount },
};

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

/** The first field of `fields` that is not as `shape` wants it; null when all are. */
function misfit(fields: Fields, shape: Shape): string | null {
  return Object.keys(shape).find((name) => !shape[name]?.(fields[name])) ?? null;
}

function shapeOf(shapes: Readonly<Record<string, Shape>>, kind: unknown): Shape | undefined {
  return typeof kind === 'string' && Object.hasOwn(shapes, kind) ? shapes[kind] : undefined;
}

function complaintOf(data: unknown, shapes: Readonly<Record<string, Shape>>): string {
  const fields = fieldsOf(data);
  const shape = shapeOf(shapes, fields.kind);
  if (shape === undefined) return `no message of this package (${typeof data})`;
  const field = misfit(fields, shape);
  return field === null ? '' : `a message '${fields.kind}' whose ${field} is wrong`;
}

/** What is wrong with a page's message; '' when nothing is. */
export const complaintToWorker = (data: unknown): string => complaintOf(data, TO_WORKER);

/** What is wrong with a worker's message; '' when nothing is. */
export const complaintFromWorker = (data: unknown): string => complaintOf(data, FROM_WORKER);

/** Whether `data` begins a connection, well or badly. */
export function isStart(data: unknown): data is StartMessage {
  return fieldsOf(data).websocketpeer === 'start';
}

/** What is wrong with the beginning of a connection; '' when nothing is. */
export function complaintOfStart(start: StartMessage): string {
  const field = misfit(start as unknown as Fields, START) ?? wrongSetting(fieldsOf(start.settings));
  return field === null ? '' : `a connection whose ${field} is wrong`;
}

/** The settings of a connection; what this version does not know is left out. */
export function settingsOf(start: StartMessage): SettingValues {
  const given = fieldsOf(start.settings);
  const known = Object.keys(defaultValues()).filter((name) => given[name] !== undefined);
  return copyOf(defaultValues(), Object.fromEntries(known.map((name) => [name, given[name]])));
}

function wrongSetting(settings: Fields): string | null {
  const values: Fields = { ...defaultValues() };
  return Object.keys(values).find((name) => !fits(settings[name], values[name])) ?? null;
}

/** Whether a setting is missing, or of the kind of its default. */
function fits(value: unknown, initial: unknown): boolean {
  if (value === undefined) return true;
  if (typeof initial === 'number') return isCount(value);
  if (Array.isArray(initial)) return Array.isArray(value) && value.every(isText);
  return typeof value === typeof initial;
}
