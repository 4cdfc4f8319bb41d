// The codec from a module's exports, for the glue of all targets.
import { createCodec } from '../../dist/host/codec/codec.js';
import { Core } from '../../dist/host/codec/core.js';

/** An import as in the ESM integration proposal gives the value of an exported global; the core needs the global. */
function asGlobal(value) {
  return typeof value === 'number' ? { value } : value;
}

export function codecOf(exports) {
  const named = Object.entries(exports).map(([name, value]) => [name, asGlobal(value)]);
  return createCodec(new Core(Object.fromEntries(named)));
}
