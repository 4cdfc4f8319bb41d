// Encoding of a Variant into a Writer: the type of a JavaScript value and its form on the wire.
import { wrongType } from '../binding/arguments.js';
import { ERR_INVALID_DATA, ERR_OUT_OF_MEMORY, ERR_UNAUTHORIZED } from '../binding/errors.js';
import type { ContainerType, Dictionary, TypedArray } from './containers.js';
import { componentWriters, MOST_COMPONENTS } from './encode-geometry.js';
import { Fault } from './fault.js';
import {
  type EncodedObjectAsID,
  type NodePath,
  ObjectData,
  type RID,
  type Signal,
  type StringName,
} from './handles.js';
import { isInt } from './keys.js';
import { type Float, Int, requireInt64 } from './numbers.js';
import type { PackedFloats } from './packed.js';
import { isPlain, viewType } from './type-of.js';
import {
  FLAG_64,
  KIND_BUILTIN,
  KIND_CLASS,
  KIND_NONE,
  KIND_SCRIPT,
  kindOf,
  MAX_DEPTH,
  NO_TYPE,
  OBJECT_BY_ID,
  TYPE_ARRAY,
  TYPE_BOOL,
  TYPE_CALLABLE,
  TYPE_DICTIONARY,
  TYPE_FLOAT,
  TYPE_INT,
  TYPE_MAX,
  TYPE_NIL,
  TYPE_NODE_PATH,
  TYPE_OBJECT,
  TYPE_PACKED_COLOR_ARRAY,
  TYPE_PACKED_STRING_ARRAY,
  TYPE_PACKED_VECTOR2_ARRAY,
  TYPE_PACKED_VECTOR3_ARRAY,
  TYPE_PACKED_VECTOR4_ARRAY,
  TYPE_RID,
  TYPE_SIGNAL,
  TYPE_STRING_NAME,
} from './types.js';
import type { VariantWriter } from './variant-writer.js';

const NAMES_FOLLOW = 0x8000_0000;

export function writeValue(writer: VariantWriter, value: unknown, depth: number): void {
  if (typeof value === 'string') writer.string(value);
  else if (typeof value === 'number') writeNumber(writer, value);
  else if (value === null || value === undefined) writer.header(TYPE_NIL);
  else if (typeof value === 'object') writeObject(writer, value, depth);
  else if (typeof value === 'boolean') {
    writer.header(TYPE_BOOL);
    writer.word(Number(value));
  } else if (typeof value === 'bigint') writer.int(value);
  else if (typeof value === 'function') writer.header(TYPE_CALLABLE);
  else throw wrongType('value', 'a Variant', value);
}

function writeNumber(writer: VariantWriter, value: number): void {
  if (isInt(value)) writer.int(value);
  else writer.float(value);
}

/** Handles each container here, so that a level of nesting takes three calls and the deepest fits on a small stack. */
function writeObject(writer: VariantWriter, value: object, depth: number): void {
  const kind = kindOf(value);
  if (kind === undefined && Array.isArray(value)) writeArray(writer, value, null, depth);
  else if (kind === undefined && value instanceof Map) writeMap(writer, value, null, null, depth);
  else if (kind === TYPE_DICTIONARY) {
    writeMap(writer, value as Dictionary, (value as Dictionary).key_type, (value as Dictionary).value_type, depth);
  } else if (kind === TYPE_ARRAY) writeArray(writer, value as TypedArray, (value as TypedArray).element_type, depth);
  else if (kind === TYPE_OBJECT) writeEngineObject(writer, value as ObjectData, depth);
  else if (kind !== undefined) writeMarked(writer, kind, value);
  else if (ArrayBuffer.isView(value)) writeView(writer, value);
  else if (isPlain(value)) writePlain(writer, value as Record<string, unknown>, depth);
  else if (isBuffer(value)) writeView(writer, new Uint8Array(value));
  else throw wrongType('value', 'a Variant', value);
}

function writeMarked(writer: VariantWriter, kind: number, value: object): void {
  const components = componentWriters[kind];
  if (components === undefined) markedWriters[kind]?.(writer, value as never);
  else {
    writer.header(kind);
    writer.reserve(MOST_COMPONENTS);
    components(writer, value as never);
  }
}

function isBuffer(value: object): value is ArrayBuffer {
  return (
    value instanceof ArrayBuffer || (typeof SharedArrayBuffer !== 'undefined' && value instanceof SharedArrayBuffer)
  );
}

/** | names, bit 31 set | subnames | flags, bit 0: absolute | and the texts of both. */
function writePath(writer: VariantWriter, { names, subnames, absolute }: NodePath): void {
  writer.header(TYPE_NODE_PATH);
  writer.word(names.length | NAMES_FOLLOW);
  writer.word(subnames.length);
  writer.word(Number(absolute));
  for (const name of names) writer.block(name);
  for (const subname of subnames) writer.block(subname);
}

function writeEngineObject(writer: VariantWriter, value: EncodedObjectAsID | ObjectData, depth: number): void {
  if (writer.fullObjects) writeWhole(writer, 'object_id' in value ? wholeOf(value) : value, depth);
  else if ('object_id' in value) {
    writer.header(TYPE_OBJECT, FLAG_64);
    writer.int64(value.object_id);
  } else throw new Fault(ERR_UNAUTHORIZED, 'a whole object (ObjectData) is sent only where full objects are asked for');
}

/** What an engine sends for the wrapper itself when it sends objects whole. */
function wholeOf({ object_id }: EncodedObjectAsID): ObjectData {
  const properties: [string, unknown][] = [
    ['object_id', Int(object_id)],
    ['script', null],
  ];
  return new ObjectData(OBJECT_BY_ID, properties);
}

function writeWhole(writer: VariantWriter, { class_name, properties }: ObjectData, depth: number): void {
  writer.header(TYPE_OBJECT);
  writer.block(class_name);
  writer.word(properties.size);
  if (properties.size > 0) descend(depth);
  for (const [name, value] of properties) {
    if (name === 'script' && !writer.isGodot3) requireScript(value);
    writer.block(name);
    writeValue(writer, value, depth + 1);
  }
}

/** The property that Godot 4 reads as the script of an object. */
function requireScript(value: unknown): void {
  if (value === null || (typeof value === 'string' && value.startsWith('res://'))) return;
  throw new Fault(ERR_INVALID_DATA, `script of an object must be null or a path in res://, got ${String(value)}`);
}

/** To the elements of a container at `depth`. */
function descend(depth: number): void {
  if (depth >= MAX_DEPTH) throw new Fault(ERR_OUT_OF_MEMORY, `nested deeper than ${MAX_DEPTH} levels`);
}

function writeArray(writer: VariantWriter, array: readonly unknown[], type: ContainerType | null, depth: number): void {
  const kind = containerKind(writer, type);
  writer.header(TYPE_ARRAY, kind << 16);
  if (kind !== KIND_NONE) writeContainerType(writer, kind, type as ContainerType);
  const { length } = array;
  writer.word(length);
  if (length > 0) descend(depth);
  for (let i = 0; i < length; i += 1) {
    if (type === null) writeValue(writer, array[i], depth + 1);
    else writeTyped(writer, type.type, array[i], depth + 1);
  }
}

function writeMap(
  writer: VariantWriter,
  map: ReadonlyMap<unknown, unknown>,
  keyType: ContainerType | null,
  valueType: ContainerType | null,
  depth: number,
): void {
  const keyKind = containerKind(writer, keyType);
  const valueKind = containerKind(writer, valueType);
  writer.header(TYPE_DICTIONARY, (keyKind << 16) | (valueKind << 18));
  if (keyKind !== KIND_NONE) writeContainerType(writer, keyKind, keyType as ContainerType);
  if (valueKind !== KIND_NONE) writeContainerType(writer, valueKind, valueType as ContainerType);
  writer.word(map.size);
  if (map.size > 0) descend(depth);
  const entries = map.entries();
  for (let next = entries.next(); !next.done; next = entries.next()) {
    const { 0: key, 1: value } = next.value;
    if (keyType === null) writeValue(writer, key, depth + 1);
    else writeTyped(writer, keyType.type, key, depth + 1);
    if (valueType === null) writeValue(writer, value, depth + 1);
    else writeTyped(writer, valueType.type, value, depth + 1);
  }
}

function writePlain(writer: VariantWriter, value: Record<string, unknown>, depth: number): void {
  writer.header(TYPE_DICTIONARY);
  writer.word(0);
  const countAt = writer.mark();
  let count = 0;
  for (const key in value) {
    if (!Object.hasOwn(value, key)) continue;
    count += 1;
    descend(depth);
    writer.string(key);
    writeValue(writer, value[key], depth + 1);
  }
  writer.setWord(countAt, count);
}

/** Converts an element to its container's type, where JavaScript has one type for two of Godot's. */
function writeTyped(writer: VariantWriter, type: number, value: unknown, depth: number): void {
  if (type === TYPE_FLOAT && (typeof value === 'number' || typeof value === 'bigint')) writer.float(Number(value));
  else if (type === TYPE_INT && typeof value === 'number') writer.int(requireInt64('element', Math.trunc(value) + 0));
  else if (type === TYPE_STRING_NAME && typeof value === 'string' && !writer.isGodot3) writer.name(value);
  else writeValue(writer, value, depth);
}

/** Header bits for the type of a container; Godot 3 has no typed containers. */
function containerKind(writer: VariantWriter, type: ContainerType | null): number {
  if (type === null || writer.isGodot3) return KIND_NONE;
  if (type.class_name === '' && type.script === '') return KIND_BUILTIN;
  return writer.fullObjects && type.script !== '' ? KIND_SCRIPT : KIND_CLASS;
}

function writeContainerType(writer: VariantWriter, kind: number, { type, class_name, script }: ContainerType): void {
  if (kind === KIND_BUILTIN) writer.word(type);
  else if (kind === KIND_SCRIPT) writer.block(script);
  else writer.block(writer.fullObjects ? class_name : OBJECT_BY_ID);
}

/** Strings; the counted length includes the final NUL. */
function writeStrings(writer: VariantWriter, strings: readonly string[]): void {
  writer.header(TYPE_PACKED_STRING_ARRAY);
  writer.word(strings.length);
  for (const string of strings) writer.block(string, 1);
}

function writeView(writer: VariantWriter, view: ArrayBufferView): void {
  const type = viewType(view);
  if (type === NO_TYPE) throw wrongType('value', 'a packed array that Godot has', view);
  writePacked(writer, type, view, (view as Uint8Array).length ?? view.byteLength);
}

function writePacked(writer: VariantWriter, type: number, view: ArrayBufferView, count: number): void {
  writer.header(type);
  writer.word(count);
  writer.raw(view);
}

function writeSignal(writer: VariantWriter, { name, object_id }: Signal): void {
  writer.header(TYPE_SIGNAL);
  writer.block(name);
  writer.int64(object_id);
}

/** Godot 3 sends no id. */
function writeRid(writer: VariantWriter, { id }: RID): void {
  writer.header(TYPE_RID);
  if (!writer.isGodot3) writer.int64(id);
}

const packedFloats =
  (type: number): MarkedWriter =>
  (writer, { data, length }: PackedFloats<unknown>) =>
    writePacked(writer, type, data, length);

type MarkedWriter = (writer: VariantWriter, value: never) => void;

/** Writers of value classes that are more than components and contain no other values, by type. */
const markedWriters: readonly (MarkedWriter | undefined)[] = Object.assign(new Array(TYPE_MAX), {
  [TYPE_INT]: (writer: VariantWriter, { value }: Int) => writer.int(value),
  [TYPE_FLOAT]: (writer: VariantWriter, { value, bits }: Float) => writer.float(value, bits),
  [TYPE_STRING_NAME]: (writer: VariantWriter, { text }: StringName) => writer.name(text),
  [TYPE_NODE_PATH]: writePath,
  [TYPE_RID]: writeRid,
  [TYPE_CALLABLE]: (writer: VariantWriter) => writer.header(TYPE_CALLABLE),
  [TYPE_SIGNAL]: writeSignal,
  [TYPE_PACKED_STRING_ARRAY]: writeStrings,
  [TYPE_PACKED_VECTOR2_ARRAY]: packedFloats(TYPE_PACKED_VECTOR2_ARRAY),
  [TYPE_PACKED_VECTOR3_ARRAY]: packedFloats(TYPE_PACKED_VECTOR3_ARRAY),
  [TYPE_PACKED_VECTOR4_ARRAY]: packedFloats(TYPE_PACKED_VECTOR4_ARRAY),
  [TYPE_PACKED_COLOR_ARRAY]: packedFloats(TYPE_PACKED_COLOR_ARRAY),
});
