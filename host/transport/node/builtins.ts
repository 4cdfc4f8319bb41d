// Node's larger modules, loaded when they are first needed: a game that never uses TLS does not wait for it at start.
import { createRequire } from 'node:module';

const load = createRequire(import.meta.url);

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
