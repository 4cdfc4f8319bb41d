// Godot's types and values in TypeScript: what a parameter or a property is declared as, and what it is at start.
import { readValue, type Value } from './value.js';

/** Types that are classes of websocketpeer/variant. */
const CLASSES = new Set(
  `Vector2 Vector2i Vector3 Vector3i Vector4 Vector4i Rect2 Rect2i Transform2D Transform3D Plane Quaternion AABB Basis
  Projection Color RID Callable Signal PackedStringArray PackedVector2Array PackedVector3Array PackedVector4Array
  PackedColorArray`.split(/\s+/),
);
const PLAIN: Readonly<Record<string, readonly [type: string, atStart: string]>> = {
  bool: ['boolean', 'false'],
  int: ['number', '0'],
  float: ['number', '0'],
  String: ['string', "''"],
  Variant: ['unknown', 'null'],
  Array: ['unknown[]', '[]'],
  PackedByteArray: ['Uint8Array', 'new Uint8Array()'],
  PackedInt32Array: ['Int32Array', 'new Int32Array()'],
  PackedInt64Array: ['BigInt64Array', 'new BigInt64Array()'],
  PackedFloat32Array: ['Float32Array', 'new Float32Array()'],
  PackedFloat64Array: ['Float64Array', 'new Float64Array()'],
};
const CONSTANTS: Readonly<Record<string, string>> = {
  bool: 'BOOL',
  int: 'INT',
  float: 'FLOAT',
  StringName: 'STRING_NAME',
  NodePath: 'NODE_PATH',
  String: 'STRING',
  Vector2: 'VECTOR2',
  Vector2i: 'VECTOR2I',
  Vector3: 'VECTOR3',
  Vector3i: 'VECTOR3I',
  Vector4: 'VECTOR4',
  Vector4i: 'VECTOR4I',
  Transform2D: 'TRANSFORM2D',
  Transform3D: 'TRANSFORM3D',
};

const isKnown = (type: string): boolean =>
  CLASSES.has(type) || type in PLAIN || ['StringName', 'NodePath', 'Dictionary'].includes(type);

/** Name of the constant for a type: `TYPE_PACKED_BYTE_ARRAY`. */
function constantOf(type: string): string {
  if (type === 'Variant') return 'TYPE_NIL';
  if (!isKnown(type)) return 'TYPE_OBJECT';
  return `TYPE_${CONSTANTS[type] ?? type.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toUpperCase()}`;
}

/** Texts of quoted strings in the style of this package. */
export function quoted(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inner.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}'`;
}

/** Elements of `Array[int]` and `Dictionary[String, int]`; null of other types. */
function elementsOf(type: string): readonly string[] | null {
  const inner = /^(?:Array|Dictionary)\[(.*)\]$/.exec(type)?.[1];
  return inner === undefined ? null : inner.split(',').map((one) => one.trim());
}

/** Arguments of constructors from parts. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  Rect2: ['Vector2', 'Vector2'],
  Rect2i: ['Vector2i', 'Vector2i'],
  Transform2D: ['Vector2', 'Vector2', 'Vector2'],
  Plane: ['Vector3', 'number'],
  AABB: ['Vector3', 'Vector3'],
  Basis: ['Vector3', 'Vector3', 'Vector3'],
  Transform3D: ['Basis', 'Vector3'],
  Projection: ['Vector4', 'Vector4', 'Vector4', 'Vector4'],
};
/** Number of numbers in a text of `var_to_str`. */
const NUMBERS: Readonly<Record<string, number>> = {
  ...{ Vector2: 2, Vector2i: 2, Vector3: 3, Vector3i: 3, Vector4: 4, Vector4i: 4, Rect2: 4, Rect2i: 4, Transform2D: 6 },
  ...{ Plane: 4, Quaternion: 4, AABB: 6, Basis: 9, Transform3D: 12, Projection: 16 },
};

const isPart = (value: Value, part: string | undefined): boolean =>
  value.kind === 'call' ? value.name === part : value.kind === part;

/** A plain literal of a property whose type says what its elements are. */
function typed(type: string, value: Value | null): Value | null {
  const types = /^(?:Array|Dictionary)\[(.*)\]$/.exec(type)?.[1];
  if (types === undefined || (value?.kind !== 'array' && value?.kind !== 'dictionary')) return value;
  return { kind: 'call', name: type, types, args: [value] };
}

/** Writes types and values, and keeps what the module must import from websocketpeer/variant for them. */
export class Variants {
  readonly types = new Set<string>();
  readonly values = new Set<string>();
  readonly #isTyped: boolean;

  constructor({ isTyped } = { isTyped: true }) {
    this.#isTyped = isTyped;
  }

  /** The type of a parameter or property. */
  typeOf(type: string): string {
    const elements = elementsOf(type);
    if (elements !== null) {
      const name = elements.length === 1 ? 'TypedArray' : 'Dictionary';
      this.types.add(name);
      return `${name}<${elements.map((one) => this.typeOf(one)).join(', ')}>`;
    }
    if (type === 'Dictionary') return 'Map<unknown, unknown>';
    if (type === 'StringName' || type === 'NodePath') {
      this.types.add(type);
      return `${type} | string`;
    }
    if (CLASSES.has(type)) this.types.add(type);
    return CLASSES.has(type) ? type : (PLAIN[type]?.[0] ?? 'unknown');
  }

  /** A property's value in JavaScript: `text` as Godot writes it, else what a variable of the type is at start. */
  valueOf(type: string, text: string): string {
    const value = typed(type, readValue(text));
    const isNull = value === null || (value.kind === 'plain' && value.value === null);
    const written = isNull ? null : this.#write(value);
    return written ?? this.#atStart(type);
  }

  /** Whether a value can be said in JavaScript. */
  canWrite(value: Value): boolean {
    return this.#write(value) !== null;
  }

  #atStart(type: string): string {
    const elements = elementsOf(type);
    if (elements !== null) {
      const constants = elements.map((one) => this.#use(constantOf(one)));
      if (constants.length > 1) return `new ${this.#use('Dictionary')}([], ${constants.join(', ')})`;
      return `new ${this.#use('TypedArray')}(${constants[0]})`;
    }
    if (type === 'Dictionary' || type === 'StringName' || type === 'NodePath' || CLASSES.has(type)) {
      return `new ${this.#use(type)}()`;
    }
    return PLAIN[type]?.[1] ?? 'null';
  }

  #use(name: string): string {
    this.values.add(name);
    return name;
  }

  /** Null when it can't be said in JavaScript: resources and objects. */
  #write(value: Value): string | null {
    switch (value.kind) {
      case 'plain':
        return typeof value.value === 'string' ? quoted(value.value) : String(value.value);
      case 'number':
        return value.isFloat || Number.isSafeInteger(Number(value.text)) ? value.text : `${value.text}n`;
      case 'stringName':
        return `new ${this.#use('StringName')}(${quoted(value.text)})`;
      case 'nodePath':
        return `new ${this.#use('NodePath')}(${quoted(value.text)})`;
      case 'array':
        return this.#writeAll(value.items, (items) => `[${items.join(', ')}]`);
      case 'dictionary':
        return this.#writeEntries(
          value.entries,
          (entries) => `new ${this.#use('Dictionary')}${this.#generic('Variant, Variant')}(${entries})`,
        );
      case 'call':
        return this.#writeCall(value.name, value.types, value.args);
    }
  }

  /** What the elements are, where TypeScript would take the first entry's types for those of all. */
  #generic(types: string): string {
    if (!this.#isTyped) return '';
    return `<${types
      .split(',')
      .map((one) => this.typeOf(one.trim()))
      .join(', ')}>`;
  }

  #writeAll(values: readonly Value[], join: (items: string[]) => string): string | null {
    const items = values.map((one) => this.#write(one));
    return items.includes(null) ? null : join(items as string[]);
  }

  #writeEntries(entries: readonly (readonly [Value, Value])[], join: (items: string) => string): string | null {
    const items = entries.map((entry) => this.#writeAll(entry, (pair) => `[${pair.join(', ')}]`));
    return items.includes(null) ? null : join(`[${items.join(', ')}]`);
  }

  #writeCall(name: string, types: string, args: readonly Value[]): string | null {
    const [first] = args;
    if (types !== '') {
      const constants = types.split(',').map((one) => this.#use(constantOf(one.trim())));
      if (first?.kind === 'array') {
        const typed = `new ${this.#use('TypedArray')}`;
        return this.#writeAll(first.items, (items) =>
          items.length === 0 ? `${typed}(${constants[0]})` : `${typed}(${constants[0]}, [${items.join(', ')}])`,
        );
      }
      if (first?.kind !== 'dictionary') return null;
      return this.#writeEntries(
        first.entries,
        (entries) => `new ${this.#use('Dictionary')}${this.#generic(types)}(${entries}, ${constants.join(', ')})`,
      );
    }
    if (first?.kind === 'plain' && name === 'PackedByteArray') return this.#bytes(String(first.value));
    if (first?.kind === 'array' && name.startsWith('Packed')) return this.#writeCall(name, '', first.items);
    if (args.some(({ kind }) => kind === 'call')) return this.#composite(name, args);
    const items = args.map((one) => this.#write(one));
    return items.includes(null) ? null : this.#construct(name, items as string[]);
  }

  /** `Rect2(Vector2(1, 2), Vector2(3, 4))`, as scripts have it: the parts of the class here. */
  #composite(name: string, args: readonly Value[]): string | null {
    const element = /^Packed(Vector\d|Color)Array$/.exec(name)?.[1];
    const parts = element === undefined ? PARTS[name] : args.map(() => element);
    const fits = parts?.length === args.length && args.every((arg, at) => isPart(arg, parts[at]));
    if (!fits) return null;
    const made = (items: readonly string[]): string => `new ${this.#use(name)}(${items.join(', ')})`;
    return this.#writeAll(args, (items) => made(element === undefined ? items : [`[${items.join(', ')}]`]));
  }

  /** PackedByteArray in base64. */
  #bytes(base64: string): string {
    return `new Uint8Array([${[...Buffer.from(base64, 'base64')].join(', ')}])`;
  }

  #construct(name: string, args: readonly string[]): string | null {
    const made = (type: string, items: readonly string[]): string => `new ${this.#use(type)}(${items.join(', ')})`;
    const some = (type: string, from: number, count: number): string => made(type, args.slice(from, from + count));
    if (args.length === 0) return isKnown(name) ? this.#atStart(name) : null;
    if (args.length !== (NUMBERS[name] ?? args.length)) return null;
    if (name.startsWith('Vector') && args.every((one) => one === '0')) return made(name, []);
    if (name === 'Color' && (args.length < 3 || args.length > 4)) return null;
    switch (name) {
      case 'Rect2':
      case 'Rect2i': {
        const part = name === 'Rect2' ? 'Vector2' : 'Vector2i';
        return made(name, [some(part, 0, 2), some(part, 2, 2)]);
      }
      case 'Transform2D':
        return made(name, [some('Vector2', 0, 2), some('Vector2', 2, 2), some('Vector2', 4, 2)]);
      case 'Plane':
        return made(name, [some('Vector3', 0, 3), args[3] ?? '0']);
      case 'AABB':
        return made(name, [some('Vector3', 0, 3), some('Vector3', 3, 3)]);
      case 'Basis':
        return this.#basis(args);
      case 'Transform3D':
        return made(name, [this.#basis(args), some('Vector3', 9, 3)]);
      case 'Projection':
        return made(
          name,
          [0, 4, 8, 12].map((at) => some('Vector4', at, 4)),
        );
      default:
        return this.#packed(name, args) ?? (CLASSES.has(name) && !name.startsWith('Packed') ? made(name, args) : null);
    }
  }

  /** The engine writes rows, the class has columns. */
  #basis(rows: readonly string[]): string {
    const columns = [0, 1, 2].map(
      (at) => `new ${this.#use('Vector3')}(${[0, 3, 6].map((row) => rows[row + at]).join(', ')})`,
    );
    return `new ${this.#use('Basis')}(${columns.join(', ')})`;
  }

  #packed(name: string, args: readonly string[]): string | null {
    const plain = PLAIN[name]?.[0];
    if (plain !== undefined && name.startsWith('Packed')) {
      const suffix = name === 'PackedInt64Array' ? 'n' : '';
      return `new ${plain}([${args.map((one) => (one.endsWith('n') ? one : one + suffix)).join(', ')}])`;
    }
    if (name === 'PackedStringArray') return `new ${this.#use(name)}([${args.join(', ')}])`;
    const element = /^Packed(Vector2|Vector3|Vector4|Color)Array$/.exec(name)?.[1];
    if (element === undefined) return null;
    const width = element === 'Color' ? 4 : Number(element.at(-1));
    const items: string[] = [];
    for (let at = 0; at < args.length; at += width) {
      items.push(`new ${this.#use(element)}(${args.slice(at, at + width).join(', ')})`);
    }
    return `new ${this.#use(name)}([${items.join(', ')}])`;
  }
}
