// Names of the module: classes, functions and variables, valid and unique.

/** Words that name no class, function or variable here: JavaScript's own, and what the module imports or uses. */
const TAKEN = new Set(
  `Node SceneTree MultiplayerSpawner MultiplayerSynchronizer SceneReplicationConfig RpcConfig register_scene
  instantiate_scene Classes classes add config makeTree addAutoloads root tree Vector2 Vector2i Vector3 Vector3i Vector4 Vector4i Rect2
  Rect2i Transform2D Transform3D Plane Quaternion AABB Basis Projection Color RID Callable Signal StringName NodePath
  Dictionary TypedArray PackedStringArray PackedVector2Array PackedVector3Array PackedVector4Array PackedColorArray
  Object Map Array Record Infinity NaN Uint8Array Int32Array BigInt64Array Float32Array Float64Array undefined
  arguments eval await break case catch class const continue debugger default delete do else enum export extends false
  finally for function if implements import in instanceof interface let new null package private protected public return
  static super switch this throw true try typeof var void while with yield async of`.split(/\s+/),
);

/** Members of a Node here that a script of a project may have, too, since Godot's Node has none of these names. */
export const MEMBERS_HERE = new Set(['signals', 'constructor', 'connected']);

const words = (text: string): string[] => text.match(/[\p{ID_Continue}$]+/gu) ?? [];
const isName = (text: string): boolean => /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(text);

/** `my-player 2` as `MyPlayer2`. */
export function pascal(text: string): string {
  const joined = words(text.replaceAll('_', ' '))
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
  return isName(joined) ? joined : `_${joined}`;
}

export function camel(text: string): string {
  const [first = '', ...rest] = words(text.replaceAll('_', ' '));
  const joined = first.charAt(0).toLowerCase() + first.slice(1) + rest.map(pascal).join('');
  return isName(joined) ? joined : `node${joined}`;
}

/** Gives each a name that no other one has. */
export class Names {
  readonly #given: Set<string>;

  constructor(taken: Iterable<string> = []) {
    this.#given = new Set(taken);
  }

  give(...wanted: readonly [string, ...string[]]): string {
    const free = (name: string): boolean => !TAKEN.has(name) && !this.#given.has(name);
    let name = wanted.find(free);
    for (let number = 2; name === undefined; number += 1) {
      const numbered = `${wanted.at(-1)}${number}`;
      if (free(numbered)) name = numbered;
    }
    this.#given.add(name);
    return name;
  }

  get given(): ReadonlySet<string> {
    return this.#given;
  }
}

/** Name of a file without folder and ending. */
export const stem = (path: string): string => path.replace(/^.*\//, '').replace(/\.[^.]*$/, '');

/** Wanted names for what is at `path`, best first: of the file, then with the names of its folders. */
export function namesFor(path: string): readonly [string, ...string[]] {
  const [file = '', inner = ''] = path.replace(/^res:\/\//, '').split('::');
  const own = pascal(`${stem(file)} ${inner}`);
  return [own, `${own}Script`, pascal(file.replace(/\.[^.]*$/, '').replaceAll('/', ' ') + inner)];
}

/** A key of an object literal or a member of an interface. */
export function memberName(name: string): string {
  return isName(name) ? name : `'${name.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
