// Shared by the glue of all targets: from a module's exports, whichever way they came, to the codec.
import { createCodec } from '../../dist/host/codec/codec.js';
import { Core } from '../../dist/host/codec/core.js';

/** An import as in the ESM integration proposal shows an exported global as its value; the core wants the global. */
function asGlobal(value) {
  return typeof value === 'number' ? { value } : value;
}

export function codecOf(exports) {
  const named = Object.entries(exports).map(([name, value]) => [name, asGlobal(value)]);
  return createCodec(new Core(Object.fromEntries(named)));
}
