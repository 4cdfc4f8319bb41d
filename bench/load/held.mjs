// Connections that are kept open between two jobs.
let held = [];

export function keep(wires) {
  held.push(...wires);
}

export function release() {
  for (const wire of held) wire.end();
  held = [];
  return {};
}
