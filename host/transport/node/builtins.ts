// Node's larger modules, loaded when they are first needed: a game that never uses TLS does not wait for it at start.
import { createRequire } from 'node:module';

/** Node's own modules are the same seen from everywhere, and a bundle in CommonJS has no `import.meta.url`. */
const ANYWHERE = 'file:///C:/'; // absolute on Windows, too

const load = createRequire(ANYWHERE);

export function cryptoModule(): typeof import('node:crypto') {
  return load('node:crypto');
}

export function fsModule(): typeof import('node:fs') {
  return load('node:fs');
}

export function netModule(): typeof import('node:net') {
  return load('node:net');
}

export function tlsModule(): typeof import('node:tls') {
  return load('node:tls');
}

export function utilModule(): typeof import('node:util') {
  return load('node:util');
}
