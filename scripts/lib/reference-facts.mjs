// Facts for the reference that stand in no comment: the values of properties in fresh objects, and what the tables of the
// settings know about each.
import { importBundled } from './bundled.mjs';
import { entrySources } from './reference-entries.mjs';
import { settingFacts } from './settings-page.mjs';

/** Entries whose classes come from their engines: objects of these need the engine. */
const needsEngine = (title) => title.includes('/adapters/');

/**
 * The facts: `settings` by their names, and `valueAtStart(entry, names, property)`, the value that `property` has in a
 * fresh object of the first class of `names` that can be made; undefined where none can.
 */
export async function readFacts() {
  const entries = [...entrySources().values()].filter(({ title }) => !needsEngine(title));
  const lines = entries.map(({ file }, index) => `export * as entry${index} from ${JSON.stringify(file)};`);
  const loaded = await importBundled(lines.join('\n'));
  const exported = new Map(entries.map(({ title }, index) => [title, loaded[`entry${index}`]]));
  const objects = new Map();
  const objectOf = (entry, name) => {
    const key = `${entry} ${name}`;
    if (!objects.has(key)) objects.set(key, made(exported.get(entry)?.[name]));
    return objects.get(key);
  };
  return {
    settings: await settingFacts(),
    valueAtStart(entry, names, property) {
      const name = names.find((one) => objectOf(entry, one) !== undefined);
      return name === undefined ? undefined : objectOf(entry, name)[property];
    },
  };
}

/** Stands for the worker that a class wants. */
const WORKER = { postMessage() {} };

/** An object of the class, or undefined: some are abstract, others are made by functions only. */
function made(type) {
  if (type === undefined) return undefined;
  for (const args of [[], [WORKER]]) {
    try {
      return new type(...args);
    } catch {
      // the next one, perhaps
    }
  }
  return undefined;
}
