// A cache of values by object, each created when it is first needed.

/** `make` with its results cached by key, for as long as the key lives. */
export function madeOnce<Key extends object, Value extends object>(make: (key: Key) => Value): (key: Key) => Value {
  const made = new WeakMap<Key, Value>();
  return (key) => {
    let value = made.get(key);
    if (value === undefined) {
      value = make(key);
      made.set(key, value);
    }
    return value;
  };
}
