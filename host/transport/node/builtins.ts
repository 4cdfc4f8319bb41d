// Node's larger modules, loaded at their first use, so that a game without TLS starts faster.
import { createRequire } from 'node:module';

/** Any base works for Node's own modules, and a bundle in CommonJS has no `import.meta.url`. */
const ANYWHERE = 'file:///C:/'; // absolute on Windows, too

const load = createRequire(ANYWHERE);

export function clusterModule(): typeof import('node:cluster').default {
  return load('node:cluster');
}

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

export function zlibModule(): typeof import('node:zlib') {
  return load('node:zlib');
}
