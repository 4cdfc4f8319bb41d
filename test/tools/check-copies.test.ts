// Who may copy bytes and give memory away: the rules, each with a file that keeps or breaks it.
import ts from 'typescript';
import { expect, it } from 'vitest';
import { checkProgram } from '../../scripts/check-copies.mjs';

/** As much of the library as the files below use: reading all of it takes seconds. */
const LIBRARY = `
  interface Array<T> { slice(start?: number): T[] }
  interface String { slice(start?: number): string }
  interface Uint8Array { slice(start?: number): Uint8Array; subarray(start?: number): Uint8Array }
  declare const Uint8Array: { new (length: number): Uint8Array };
  interface Boolean {} interface Function {} interface IArguments {} interface Number {} interface Object {} interface RegExp {}
  declare const port: { postMessage(message: unknown, transfer?: unknown[]): void };
`;

function complaintsAbout(path: string, text: string): string[] {
  const options = { noLib: true, types: [], target: ts.ScriptTarget.ES2022 };
  const files = new Map([
    ['library.d.ts', LIBRARY],
    [path, text],
  ]);
  const host = ts.createCompilerHost(options);
  host.getSourceFile = (name) => ts.createSourceFile(name, files.get(name) ?? '', ts.ScriptTarget.ES2022, true);
  return checkProgram(ts.createProgram([...files.keys()], options, host), (name: string) => name);
}

it.each([
  ['a part of a text', 'host/a.ts', "export const part = 'text'.slice(1);"],
  ['a part of a list', 'host/a.ts', 'export const part = [new Uint8Array(1)].slice(1);'],
  ['a view', 'host/a.ts', 'export const view = new Uint8Array(4).subarray(1);'],
  ['a copy of linear memory', 'host/codec/core.ts', 'export const part = new Uint8Array(4).slice(1);'],
  ['a message', 'host/a.ts', 'port.postMessage(1);'],
  ['memory that a message carries', 'host/worker/messages.ts', 'port.postMessage(1, []);'],
])('%s is allowed', (_, path, text) => {
  expect(complaintsAbout(path, text)).toEqual([]);
});

it.each([
  ['a copy of bytes by slice', 'export const copy = new Uint8Array(4).slice();', 'ownedCopy'],
  ['one of bytes or nothing', 'export const copy = (b: Uint8Array | null) => b?.slice(1);', 'ownedCopy'],
  ['memory given away', 'port.postMessage(1, []);', 'given away'],
])('%s is refused', (_, text, rule) => {
  expect(complaintsAbout('host/a.ts', `\n${text}`)).toEqual([
    expect.stringMatching(new RegExp(`^host/a.ts:2: .*${rule}`)),
  ]);
});
