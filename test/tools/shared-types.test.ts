// What code that all runtimes share may name, each with a file that names it: host/tsconfig.json knows no more.
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';

const HOST = fileURLToPath(new URL('../../host/', import.meta.url));

const SHARED: [string, string][] = [
  ['UTF-8', "export const a = new TextDecoder('utf-8', { fatal: true }).decode(new TextEncoder().encode('a'));"],
  ['URLs', "export const a = new URL('http://a/').hostname;"],
  ['randomness', 'globalThis.crypto.getRandomValues(new Uint8Array(4));'],
  ['timers', 'clearTimeout(setTimeout(() => {}, performance.now()));'],
  ['the turn', 'queueMicrotask(() => console.error(""));'],
  ['messages', 'new MessageChannel().port1.postMessage(btoa(atob("")));'],
  ['the core', 'export const a = WebAssembly.validate(new Uint8Array(8));'],
  ['what a page may have', "export const a = typeof document === 'undefined' || document.visibilityState;"],
  ['what Node may have', "export const a = typeof Buffer === 'undefined' ? null : Buffer.from('', 'base64');"],
  ['the platform', "export { clock } from '#platform';"],
];

const OF_ONE_RUNTIME: [string, string, string][] = [
  ['modules of Node', "export { connect } from 'node:net';", "Cannot find module 'node:net'"],
  ['types of modules of Node', "export type { Socket } from 'node:net';", "Cannot find module 'node:net'"],
  ['globals of Node', 'process.nextTick(() => {});', "Cannot find name 'process'"],
  ['timers of Node', 'setImmediate(() => {});', "Cannot find name 'setImmediate'"],
  ['what Node adds to a timer', 'setTimeout(() => {}, 1).unref();', "'unref' does not exist"],
  ['what Node adds to Buffer', 'Buffer?.alloc(1);', "'alloc' does not exist"],
  ['a page without asking whether there is one', 'document.visibilityState;', "'document' is possibly 'undefined'"],
  ['elements of a page', "document?.createElement('a');", "'createElement' does not exist"],
  ['the window', "window.alert('');", "Cannot find name 'window'"],
  ['a socket of browsers', "new WebSocket('ws://a');", "Cannot find name 'WebSocket'"],
  ['storage', "localStorage.getItem('a');", "Cannot find name 'localStorage'"],
  ['the network', "fetch('http://a');", "Cannot find name 'fetch'"],
];

/** What tsc says of each text, as of a file of host/godot4/. */
function complaintsAbout(texts: readonly string[]): Map<string, string[]> {
  const { config } = ts.readConfigFile(`${HOST}tsconfig.json`, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, HOST);
  const files = new Map(texts.map((text, at) => [`${HOST}godot4/probe-${at}.ts`, text]));
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.readFile = (path) => files.get(path) ?? readFile(path);
  const program = ts.createProgram([`${HOST}runtimes.d.ts`, ...files.keys()], options, host);
  const said = (path: string): string[] =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(path))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
  return new Map([...files].map(([path, text]) => [text, said(path)]));
}

describe('what all runtimes share', () => {
  let complaints: Map<string, string[]>;

  beforeAll(() => {
    complaints = complaintsAbout([...SHARED, ...OF_ONE_RUNTIME].map(([, text]) => text));
  });

  it.each(SHARED)('may name: %s', (_, text) => {
    expect(complaints.get(text)).toEqual([]);
  });

  it.each(OF_ONE_RUNTIME)('may not name: %s', (_, text, complaint) => {
    expect(complaints.get(text)).toEqual([expect.stringContaining(complaint)]);
  });
});
