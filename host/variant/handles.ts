// StringName and NodePath, and values that stand for an engine's resources, callables, signals and objects. No code is
// run for them.
import { requireString } from '../binding/arguments.js';
import { printError } from '../binding/error-handler.js';
import { requireInt64 } from './numbers.js';
import { mark, TYPE_CALLABLE, TYPE_NODE_PATH, TYPE_OBJECT, TYPE_RID, TYPE_SIGNAL, TYPE_STRING_NAME } from './types.js';

/** A text that the engine keeps once: `&"name"`. As a key of a Dictionary it equals the String of the same text. */
export class StringName {
  readonly text: string;

  constructor(text = '') {
    this.text = requireString('text', text);
  }

  toString(): string {
    return this.text;
  }
}

/**
 * A path in a scene tree: `^"A/B:property"`.
 *
 * The text is split as in the engine: a leading slash makes it absolute, empty names are dropped, what
 * follows the first colon are subnames. An empty subname between two colons is refused: it is reported, and the path is
 * empty. `NodePath.from()` takes the parts as they are.
 */
export class NodePath {
  readonly names: readonly string[];
  readonly subnames: readonly string[];
  readonly absolute: boolean;

  constructor(path = '') {
    requireString('path', path);
    const colon = path.indexOf(':');
    const subnames = colon < 0 ? [] : path.slice(colon + 1).split(':');
    if (subnames.at(-1) === '') subnames.pop(); // a colon at the very end is allowed
    const isValid = !subnames.includes('');
    if (!isValid) printError(`NodePath: "${path}" has an empty subname`);
    const names = colon < 0 ? path : path.slice(0, colon);
    this.names = isValid ? names.split('/').filter((name) => name !== '') : [];
    this.subnames = isValid ? subnames : [];
    this.absolute = isValid && path.startsWith('/');
  }

  /** A path of these parts, which are not split again. */
  static from(names: readonly string[], subnames: readonly string[] = [], absolute = false): NodePath {
    return Object.assign(Object.create(NodePath.prototype) as NodePath, { names, subnames, absolute });
  }

  toString(): string {
    const subnames = this.subnames.map((subname) => `:${subname}`);
    return `${this.absolute ? '/' : ''}${this.names.join('/')}${subnames.join('')}`;
  }
}

/** A resource of one of the engine's servers: its id, 0 for none. Godot 3 never sends the id. */
export class RID {
  /** A number when it is a safe integer, else a bigint. */
  readonly id: number | bigint;

  constructor(id: number | bigint = 0) {
    this.id = requireInt64('id', id);
  }
}

/**
 * A callable that came over the wire: always null, since the engine sends no content. Functions are sent as this, too.
 */
export class Callable {
  /** Always true. */
  is_null(): boolean {
    return true;
  }
}

/** A signal of an object inside an engine. */
export class Signal {
  readonly name: string;
  /** Id of the object; a number when it is a safe integer, else a bigint. */
  readonly object_id: number | bigint;

  constructor(name = '', object_id: number | bigint = 0) {
    this.name = requireString('name', name);
    this.object_id = requireInt64('object_id', object_id);
  }
}

/**
 * An object inside an engine, by its id.
 *
 * This is how an engine sends an object unless it is told to send it whole.
 *
 * **Note:** Sending it on sends the same id. (An engine would send the id of this wrapper, which means nothing.)
 */
export class EncodedObjectAsID {
  /** A number when it is a safe integer, else a bigint; ids of RefCounted objects are negative. */
  readonly object_id: number | bigint;

  constructor(object_id: number | bigint = 0) {
    this.object_id = requireInt64('object_id', object_id);
  }
}

/**
 * A whole object as it is sent: name of its class and its stored properties.
 *
 * It is a description: no object is made from it and no script is run. Decoded only by the functions that are told to
 * allow objects, and encoded only by those that send objects whole.
 */
export class ObjectData {
  readonly class_name: string;
  /** Values by name, in the order of the wire. `script` is the path of the script in Godot 4. */
  readonly properties: Map<string, unknown>;

  constructor(class_name: string, properties: Iterable<readonly [string, unknown]> = []) {
    this.class_name = requireString('class_name', class_name);
    this.properties = new Map(properties);
  }
}

mark(StringName, TYPE_STRING_NAME);
mark(NodePath, TYPE_NODE_PATH);
mark(RID, TYPE_RID);
mark(Callable, TYPE_CALLABLE);
mark(Signal, TYPE_SIGNAL);
mark(EncodedObjectAsID, TYPE_OBJECT);
mark(ObjectData, TYPE_OBJECT);
