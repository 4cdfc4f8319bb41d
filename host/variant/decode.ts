// Decoding of a Variant from a Reader: every type of both generations. No object is created and nothing is called by a
// name from the wire.
import { ERR_INVALID_DATA, ERR_OUT_OF_MEMORY, ERR_UNAUTHORIZED } from '../binding/errors.js';
import { Collisions } from './collisions.js';
import { type ContainerType, containerType, Dictionary, PackedStringArray, TypedArray } from './containers.js';
import { type Components, componentsOf, readAsSingles } from './decode-geometry.js';
import { Fault } from './fault.js';
import { Callable, EncodedObjectAsID, NodePath, ObjectData, RID, Signal, StringName } from './handles.js';
import { Float, Int } from './numbers.js';
import { PackedColorArray, PackedVector2Array, PackedVector3Array, PackedVector4Array } from './packed.js';
import { Reader } from './reader.js';
import { fitInto, NO_FIT } from './type-of.js';
import {
  FLAG_64,
  type Generation,
  KIND_BUILTIN,
  KIND_CLASS,
  KIND_NONE,
  MAX_DEPTH,
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
  TYPE_PACKED_BYTE_ARRAY,
  TYPE_PACKED_COLOR_ARRAY,
  TYPE_PACKED_FLOAT32_ARRAY,
  TYPE_PACKED_FLOAT64_ARRAY,
  TYPE_PACKED_INT32_ARRAY,
  TYPE_PACKED_INT64_ARRAY,
  TYPE_PACKED_STRING_ARRAY,
  TYPE_PACKED_VECTOR2_ARRAY,
  TYPE_PACKED_VECTOR3_ARRAY,
  TYPE_PACKED_VECTOR4_ARRAY,
  TYPE_RID,
  TYPE_SIGNAL,
  TYPE_STRING,
  TYPE_STRING_NAME,
  typesOnWire,
} from './types.js';

/** Options of decoding. */
export interface DecodeOptions {
  /** Accepts whole objects, as ObjectData. Default false, as in the engine. */
  readonly allowObjects?: boolean;
  /** Gives `Int` and `Float` for numbers, so that encoding again gives the same bytes. */
  readonly exact?: boolean;
  /** 'object' makes dictionaries whose keys are all strings objects without a prototype; 'map' is the default. */
  readonly dictionaries?: 'map' | 'object';
}

/** Bit 31 of a count: old engines marked shared containers with it. */
const COUNT_BITS = 0x7fff_ffff;
/** Number of keys whose collisions are too cheap to count. */
const UNCOUNTED_KEYS = 16;

/** A Reader with the generation of the sender and the options. */
export class VariantReader extends Reader {
  readonly types: Int8Array;
  readonly isGodot3: boolean;
  readonly allowObjects: boolean;
  readonly exact: boolean;
  readonly asObjects: boolean;
  /** How many dictionary keys enclose the value that is being read. */
  insideKeys = 0;
  /** Number of elements that did not fit into their typed containers. */
  dropped = 0;
  /** Collisions of the keys of each map that has more than UNCOUNTED_KEYS; null before the first. */
  #collisions: Map<object, Collisions> | null = null;

  constructor(bytes: Uint8Array, generation: Generation, options: DecodeOptions) {
    super(bytes, generation === 3);
    this.types = typesOnWire(generation);
    this.isGodot3 = generation === 3;
    this.allowObjects = options.allowObjects === true;
    this.exact = options.exact === true;
    this.asObjects = options.dictionaries === 'object';
  }

  /** Type of the next value; undefined at the end. */
  get nextType(): number | undefined {
    return this.at < this.end ? this.types[this.bytes[this.at] as number] : undefined;
  }

  /** Sets an entry of `map`, and counts the collisions of its keys from the UNCOUNTED_KEYS-th on. */
  setCounted(map: Map<unknown, unknown>, key: unknown, value: unknown): void {
    const { size } = map;
    map.set(key, value);
    if (size < UNCOUNTED_KEYS || map.size === size) return;
    this.#collisions ??= new Map();
    let counted = this.#collisions.get(map);
    if (counted === undefined) {
      counted = new Collisions();
      this.#collisions.set(map, counted);
    }
    counted.add(key);
  }
}

export function readValue(reader: VariantReader, depth: number): unknown {
  if (depth > MAX_DEPTH) throw new Fault(ERR_OUT_OF_MEMORY, `nested deeper than ${MAX_DEPTH} levels`);
  const header = reader.word();
  const type = reader.types[header & 0xff] as number;
  if (type === TYPE_INT) return readInt(reader, header);
  if (type === TYPE_STRING) return reader.string();
  if (type === TYPE_FLOAT) return readFloat(reader, header);
  if (type === TYPE_DICTIONARY) return readDictionary(reader, header, depth);
  if (type === TYPE_ARRAY) return readArray(reader, header, depth);
  const components = componentsOf[type];
  if (components !== undefined) return readComponents(reader, header, components);
  const read = readers[type];
  if (read === undefined) throw new Fault(ERR_INVALID_DATA, `no type has number ${header & 0xff}`);
  return read(reader, header, depth);
}

function readInt(reader: VariantReader, header: number): unknown {
  const value = (header & FLAG_64) === 0 ? reader.word() : reader.int64();
  return reader.exact ? Int(value) : value;
}

function readFloat(reader: VariantReader, header: number): unknown {
  const { at } = reader;
  const isDouble = (header & FLAG_64) !== 0;
  const value = isDouble ? reader.double() : reader.single();
  if (!reader.exact) return reader.insideKeys > 0 && Number.isSafeInteger(value) ? Float(value) : value;
  if (!Number.isNaN(value)) return Float(value);
  return Float(value, isDouble ? reader.doubleBits(at) : reader.widenedNaN(at));
}

function readComponents(reader: VariantReader, header: number, { count, mayBeDoubles, read }: Components): unknown {
  if (mayBeDoubles && (header & FLAG_64) !== 0 && !reader.isGodot3) {
    return read(new DataView(readAsSingles(reader, count).buffer), 0);
  }
  return read(reader.view, reader.take(count * 4));
}

function readArray(reader: VariantReader, header: number, depth: number): unknown[] {
  const type = readContainerType(reader, header >> 16);
  const count = reader.word() & COUNT_BITS;
  if (type !== null) return readTypedArray(reader, type, count, depth);
  // Grows with the bytes read: the announced count may be false.
  const array: unknown[] = [];
  for (let i = 0; i < count; i += 1) array.push(readValue(reader, depth + 1));
  return array;
}

function readTypedArray(reader: VariantReader, type: ContainerType, count: number, depth: number): unknown[] {
  const array = new TypedArray(type);
  for (let i = 0; i < count; i += 1) {
    const element = fitInto(type, readValue(reader, depth + 1));
    if (element === NO_FIT) reader.dropped += 1;
    else array.push(element);
  }
  return array;
}

function readDictionary(reader: VariantReader, header: number, depth: number): unknown {
  const keyType = readContainerType(reader, header >> 16);
  const valueType = readContainerType(reader, header >> 18);
  const count = reader.word() & COUNT_BITS;
  if (reader.asObjects && keyType === null) return readAsObject(reader, valueType, count, depth);
  const dictionary = new Dictionary<unknown, unknown>(undefined, keyType, valueType);
  readEntries(reader, dictionary, count, depth);
  return reader.asObjects && keyType?.type === TYPE_STRING ? objectOf(dictionary as Map<string, unknown>) : dictionary;
}

/** With as few variables as can be: dictionaries in dictionaries, 1,024 deep, must fit on a page's stack. */
function readEntries(reader: VariantReader, dictionary: Dictionary, count: number, depth: number): void {
  const { key_type } = dictionary;
  for (let i = 0; i < count; i += 1) {
    let key = readKey(reader, depth + 1);
    // Values are not checked: the engine accepts any in a typed dictionary, too.
    const value = readValue(reader, depth + 1);
    if (key_type !== null) key = fitInto(key_type, key);
    if (key === NO_FIT) reader.dropped += 1;
    else reader.setCounted(dictionary, key, value);
  }
}

/** An object when all keys are strings, else a dictionary. */
function readAsObject(reader: VariantReader, valueType: ContainerType | null, count: number, depth: number): unknown {
  const entries: [string, unknown][] = [];
  for (let i = 0; i < count; i += 1) {
    if (reader.nextType !== TYPE_STRING) {
      const dictionary = new Dictionary<unknown, unknown>(undefined, null, valueType);
      for (const [key, value] of entries) reader.setCounted(dictionary, key, value);
      readEntries(reader, dictionary, count - i, depth);
      return dictionary;
    }
    entries.push([readValue(reader, depth + 1) as string, readValue(reader, depth + 1)]);
  }
  return objectOf(entries);
}

function objectOf(entries: Iterable<readonly [string, unknown]>): Record<string, unknown> {
  const object: Record<string, unknown> = Object.create(null);
  for (const [key, value] of entries) object[key] = value;
  return object;
}

/** An integral float stays a float in a key: as a plain number it would be the int, which is another key. */
function readKey(reader: VariantReader, depth: number): unknown {
  reader.insideKeys += 1;
  const key = readValue(reader, depth);
  reader.insideKeys -= 1;
  return key;
}

function readContainerType(reader: VariantReader, flags: number): ContainerType | null {
  const kind = flags & 3;
  if (kind === KIND_NONE || reader.isGodot3) return null;
  if (kind === KIND_BUILTIN) {
    const type = reader.word();
    if (type < 0 || type >= TYPE_MAX) throw new Fault(ERR_INVALID_DATA, `a container of unknown type ${type}`);
    return containerType(type, reader.allowObjects ? '' : OBJECT_BY_ID);
  }
  const name = reader.string();
  if (!reader.allowObjects) return containerType(TYPE_OBJECT, OBJECT_BY_ID);
  if (kind === KIND_CLASS) return containerType(TYPE_OBJECT, name);
  requireResource(name);
  return containerType(TYPE_OBJECT, '', name);
}

function requireResource(path: unknown): void {
  if (typeof path === 'string' && path.startsWith('res://')) return;
  throw new Fault(ERR_INVALID_DATA, 'a script that is not a path in res://');
}

function readPath(reader: VariantReader): NodePath {
  const first = reader.word();
  if (first >= 0) throw new Fault(ERR_INVALID_DATA, 'a NodePath in the old format');
  const nameCount = first & COUNT_BITS;
  const subnameCount = reader.word();
  const flags = reader.word();
  // Bit 1: old engines send one more subname. The sum wraps around, as in the engine.
  const total = (nameCount + subnameCount + ((flags >> 1) & 1)) >>> 0;
  const names: string[] = [];
  const subnames: string[] = [];
  for (let i = 0; i < total; i += 1) (i < nameCount ? names : subnames).push(reader.string());
  // Godot 3 can't hold "/", the root alone.
  return NodePath.from(names, subnames, (flags & 1) !== 0 && !(reader.isGodot3 && total === 0));
}

function readObject(reader: VariantReader, header: number, depth: number): unknown {
  if ((header & FLAG_64) !== 0) {
    const id = reader.int64();
    return id === 0 ? null : new EncodedObjectAsID(id);
  }
  if (!reader.allowObjects) throw new Fault(ERR_UNAUTHORIZED, 'a whole object, and objects are not allowed');
  const className = reader.string();
  if (className === '') return null;
  const data = new ObjectData(className);
  const count = reader.word();
  for (let i = 0; i < count; i += 1) {
    const name = reader.string();
    const value = readValue(reader, depth + 1);
    if (name === 'script' && value !== null && !reader.isGodot3) requireResource(value);
    reader.setCounted(data.properties, name, value);
  }
  return className === OBJECT_BY_ID ? byId(data) : data;
}

function byId({ properties }: ObjectData): EncodedObjectAsID {
  const id = properties.get('object_id');
  const value = typeof id === 'object' && id !== null ? id.valueOf() : id;
  return new EncodedObjectAsID(typeof value === 'number' || typeof value === 'bigint' ? value : 0);
}

function readBytes(reader: VariantReader): Uint8Array {
  const size = reader.count(1);
  const bytes = new Uint8Array(reader.copy(size));
  // Padding may be missing at the end.
  reader.at = Math.min(reader.at + (-size & 3), reader.end);
  return bytes;
}

function readStrings(reader: VariantReader): PackedStringArray {
  const count = reader.word();
  const strings = new PackedStringArray();
  for (let i = 0; i < count; i += 1) strings.push(reader.string());
  return strings;
}

/** Floats of a packed array of vectors, `width` per element. */
function readFloats(reader: VariantReader, header: number, width: number): Float32Array {
  if ((header & FLAG_64) === 0 || reader.isGodot3)
    return new Float32Array(reader.copy(reader.count(width * 4) * width * 4));
  return readAsSingles(reader, reader.count(width * 8) * width);
}

const readColors = (reader: VariantReader): PackedColorArray =>
  new PackedColorArray(new Float32Array(reader.copy(reader.count(16) * 16)));

type TypeReader = (reader: VariantReader, header: number, depth: number) => unknown;

/** Types that readValue() does not handle itself. */
const readers: readonly (TypeReader | undefined)[] = Object.assign(new Array<TypeReader | undefined>(TYPE_MAX), {
  [TYPE_NIL]: () => null,
  [TYPE_BOOL]: (reader: VariantReader) => reader.word() !== 0,
  [TYPE_STRING_NAME]: (reader: VariantReader) => new StringName(reader.string()),
  [TYPE_NODE_PATH]: readPath,
  [TYPE_RID]: (reader: VariantReader) => new RID(reader.isGodot3 ? 0 : reader.int64()),
  [TYPE_OBJECT]: readObject,
  [TYPE_CALLABLE]: () => new Callable(),
  [TYPE_SIGNAL]: (reader: VariantReader) => new Signal(reader.string(), reader.int64()),
  [TYPE_PACKED_BYTE_ARRAY]: readBytes,
  [TYPE_PACKED_INT32_ARRAY]: (reader: VariantReader) => new Int32Array(reader.copy(reader.count(4) * 4)),
  [TYPE_PACKED_INT64_ARRAY]: (reader: VariantReader) => new BigInt64Array(reader.copy(reader.count(8) * 8)),
  [TYPE_PACKED_FLOAT32_ARRAY]: (reader: VariantReader) => new Float32Array(reader.copy(reader.count(4) * 4)),
  [TYPE_PACKED_FLOAT64_ARRAY]: (reader: VariantReader) => new Float64Array(reader.copy(reader.count(8) * 8)),
  [TYPE_PACKED_STRING_ARRAY]: readStrings,
  [TYPE_PACKED_VECTOR2_ARRAY]: (r: VariantReader, h: number) => new PackedVector2Array(readFloats(r, h, 2)),
  [TYPE_PACKED_VECTOR3_ARRAY]: (r: VariantReader, h: number) => new PackedVector3Array(readFloats(r, h, 3)),
  [TYPE_PACKED_VECTOR4_ARRAY]: (r: VariantReader, h: number) => new PackedVector4Array(readFloats(r, h, 4)),
  [TYPE_PACKED_COLOR_ARRAY]: readColors,
});
