// `ws` as server and client with both native add-ons replaced by this package's, in a project made for the purpose:
// everything works as before, and it is our functions that do the work.
import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Result {
  same?: boolean;
  codes?: { client: number; server: number };
  reason?: string;
  errors?: string[];
}

interface Report {
  results: Result[];
  calls: Record<'mask' | 'unmask' | 'isValidUTF8', number>;
}

const SAME = { same: true, codes: { client: 1000, server: 1000 }, reason: 'done ✓', errors: [] };
const INVALID = { reason: '', errors: ['WS_ERR_INVALID_UTF8'] };
const SIZES = [0, 1, 47, 48, 125, 126, 1024, 65_535, 65_536, 65_537, 1_048_576];

const CASES: [string, number | string, Result][] = [
  ...SIZES.map((size): [string, number, Result] => ['echo', size, SAME]),
  ['echo', 16_777_216, SAME],
  ...SIZES.map((size): [string, number, Result] => ['echo text', size, SAME]),
  ...[7, 500, 70_000, 1_000_000].map((size): [string, number, Result] => ['echo in pieces', size, SAME]),
  ...[7, 500, 70_000, 1_000_000].map((size): [string, number, Result] => ['echo text in pieces', size, SAME]),
  ['echo compressed', 100_000, SAME],
  ['ping', 125, SAME],
  ['keeps input', 5000, SAME],
  ['masked frame', 48, { same: true }],
  ['masked frame', 70_000, { same: true }],
  // §8.1: the side that finds it tells the other 1007; to itself the connection was cut.
  ['invalid from', 'client', { ...INVALID, codes: { client: 1007, server: 1006 } }],
  ['invalid from', 'server', { ...INVALID, codes: { client: 1006, server: 1007 } }],
];

/** The replacements under the add-ons' names, counting how often they are called. */
const STUBS: Record<string, string> = {
  'calls.cjs': 'exports.calls = { mask: 0, unmask: 0, isValidUTF8: 0 };',
  'node_modules/bufferutil/index.js': `
    const { mask, unmask } = require('websocketpeer/bufferutil');
    const { calls } = require('../../calls.cjs');
    exports.mask = (...all) => { calls.mask += 1; return mask(...all); };
    exports.unmask = (...all) => { calls.unmask += 1; return unmask(...all); };`,
  'node_modules/utf-8-validate/index.js': `
    const isValidUTF8 = require('websocketpeer/utf-8-validate');
    const { calls } = require('../../calls.cjs');
    module.exports = (bytes) => { calls.isValidUTF8 += 1; return isValidUTF8(bytes); };`,
};

let home = '';
let report: Report;

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'websocketpeer-ws-'));
  for (const [path, text] of Object.entries(STUBS)) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), text);
  }
  cpSync(join(root, 'node_modules', 'ws'), join(home, 'node_modules', 'ws'), { recursive: true });
  symlinkSync(root, join(home, 'node_modules', 'websocketpeer'), 'junction');
  copyFileSync(fileURLToPath(new URL('ws-child.cjs', import.meta.url)), join(home, 'child.cjs'));
  const cases = JSON.stringify(CASES.map(([name, argument]) => [name, argument]));
  const { WS_NO_BUFFER_UTIL: _, WS_NO_UTF_8_VALIDATE: __, ...env } = process.env;
  const { stdout, stderr } = spawnSync(process.execPath, ['child.cjs', cases], { cwd: home, env, encoding: 'utf8' });
  if (stderr !== '') throw new Error(stderr);
  report = JSON.parse(stdout) as Report;
});

afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

describe('ws with both add-ons replaced', () => {
  it.each(CASES.map(([name, argument, result], index) => ({ name, argument, result, index })))(
    '$name: $argument',
    ({ result, index }) => {
      expect(report.results[index]).toEqual(result);
    },
  );

  it('has called the replacements', () => {
    expect(report.calls.mask).toBeGreaterThan(30);
    expect(report.calls.unmask).toBeGreaterThan(30);
    expect(report.calls.isValidUTF8).toBeGreaterThan(20);
  });
});

/** What Node prints when it runs `script` in the project, warnings included. */
function run(name: string, script: string): string {
  writeFileSync(join(home, name), script);
  const { stdout, stderr } = spawnSync(process.execPath, [name], { cwd: home, encoding: 'utf8' });
  return `${stdout}${stderr}`;
}

describe('both replacements', () => {
  const USE = `
    const bytes = Buffer.from('7f9f4d5158', 'hex');
    const output = Buffer.alloc(7);
    mask(bytes, Buffer.from('37fa213d', 'hex'), output, 2, 5);
    unmask(bytes, Buffer.from('37fa213d', 'hex'));
    console.log(bytes.toString(), output.toString('latin1'), isValidUTF8(bytes), isValidUTF8(Buffer.of(0xff)));`;
  const USED = 'Hello \0\0Hello true false\n';

  it('are required, without a flag or a warning', () => {
    const script = `
      const { mask, unmask } = require('websocketpeer/bufferutil');
      const isValidUTF8 = require('websocketpeer/utf-8-validate');`;
    expect(run('run.cjs', `${script}${USE}`)).toBe(USED);
  });

  it('are imported by name', () => {
    const script = `
      import { mask, unmask } from 'websocketpeer/bufferutil';
      import isValidUTF8 from 'websocketpeer/utf-8-validate';`;
    expect(run('named.mjs', `${script}${USE}`)).toBe(USED);
  });

  it('are imported by default', () => {
    const script = `
      import bufferUtil from 'websocketpeer/bufferutil';
      import isValidUTF8 from 'websocketpeer/utf-8-validate';
      const { mask, unmask } = bufferUtil;`;
    expect(run('default.mjs', `${script}${USE}`)).toBe(USED);
  });

  it('share one core', () => {
    const script = `
      let instances = 0;
      const { Instance } = WebAssembly;
      WebAssembly.Instance = class extends Instance {
        constructor(module) { super(module); instances += 1; }
      };`;
    const required = `${script} require('websocketpeer/bufferutil'); require('websocketpeer/utf-8-validate');`;
    const imported = `${script} await import('websocketpeer/bufferutil'); await import('websocketpeer/utf-8-validate');`;
    expect(run('shared.cjs', `${required} console.log(instances);`)).toBe('1\n');
    expect(run('shared.mjs', `${imported} console.log(instances);`)).toBe('1\n');
  });
});
