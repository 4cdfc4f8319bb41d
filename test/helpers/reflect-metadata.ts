// The three functions of the Reflect metadata proposal that @peculiar/x509's container needs. Import it before that
// package; it only supports making certificates.
type Metadata = Map<unknown, unknown>;
const known = new WeakMap<object, Metadata>();

function getOwnMetadata(key: unknown, target: object): unknown {
  return known.get(target)?.get(key);
}

function getMetadata(key: unknown, target: object): unknown {
  for (let object: object | null = target; object !== null; object = Object.getPrototypeOf(object)) {
    const found = getOwnMetadata(key, object);
    if (found !== undefined) return found;
  }
  return undefined;
}

function defineMetadata(key: unknown, value: unknown, target: object): void {
  const own = known.get(target) ?? new Map<unknown, unknown>();
  known.set(target, own.set(key, value));
}

if (!('getMetadata' in Reflect)) Object.assign(Reflect, { getOwnMetadata, getMetadata, defineMetadata });
