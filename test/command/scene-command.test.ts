// `websocketpeer scene` without an engine: its arguments, exit codes and messages.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { run } from '../../host/command/scene/command.js';
import { fromRoot, isBuilt } from '../helpers/programs.js';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const PROJECT = here('projects/nested-scenes');
const LEAVES_OUT = here('projects/inner-classes');

let out = '';
let errors = '';
let folder = '';
beforeEach(() => {
  out = '';
  errors = '';
  folder = mkdtempSync(join(tmpdir(), 'websocketpeer-command-'));
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  vi.spyOn(console, 'log').mockImplementation((text) => {
    out += `${text}\n`;
  });
  vi.spyOn(console, 'error').mockImplementation((text) => {
    errors += `${text}\n`;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

it('tells how it is used', async () => {
  expect(await run(['--help'])).toBe(0);
  expect(out).toContain('Usage: websocketpeer scene PROJECT');
});

describe('answers 2 and says why', () => {
  it.each([
    [[], 'the folder of a Godot project is needed'],
    [['a', 'b'], 'one project at a time, not "b" as well'],
    [['--nonsense'], "Unknown option '--nonsense'"],
    [['a', '--time', 'x'], '--time must be a whole number from 1 to 3600, not "x"'],
    [['a', '--text', '--godot', 'g'], '--text asks no engine: leave --godot out'],
    [['/no/such/folder'], 'there is no folder "/no/such/folder"'],
    [[tmpdir()], 'is no Godot project: it has no project.godot'],
    [[PROJECT, '--godot', '/no/such/engine'], 'there is no engine "/no/such/engine" (--godot)'],
    [[PROJECT, '--godot', process.execPath], `"${process.execPath}" is no Godot 4: it calls its version "v`],
    [[PROJECT, '--text', '--out', '/no/such/folder/x.ts'], 'ENOENT'],
  ])('%j', async (args, message) => {
    expect(await run(args)).toBe(2);
    expect(errors).toContain(`websocketpeer scene: `);
    expect(errors).toContain(message);
    expect(out).toBe('');
  });

  it('for an engine named by the environment', async () => {
    vi.stubEnv('GODOT', '/no/such/engine');
    expect(await run([PROJECT])).toBe(2);
    expect(errors).toContain('there is no engine "/no/such/engine" (GODOT)');
  });
});

it('reads the texts, with a note, when there is no engine', async () => {
  vi.stubEnv('PATH', folder);
  vi.stubEnv('GODOT', '');
  expect(await run([PROJECT])).toBe(0);
  expect(errors).toBe(
    'websocketpeer scene: no engine found (--godot, GODOT, godot4, godot), so the files are read as texts\n',
  );
  expect(out).toContain('export class Player extends Node');
});

it.each([
  [[], 1],
  [['--partial'], 0],
])('with %j, something that is left out gives the exit code %i', async (args, code) => {
  expect(await run([LEAVES_OUT, '--text', ...args])).toBe(code);
  expect(errors.split('\n')).toEqual([
    'res://outer.gd:2: callable methods of the inner class "Inner" are not read',
    'res://outer.gd:6: callable methods of the inner class "Deeper" are not read',
    'websocketpeer scene: 2 thing(s) left out',
    '',
  ]);
  expect(out).toContain('export class Outer extends Node');
});

it('writes to a file', async () => {
  const file = join(folder, 'scene.js');
  expect(await run([PROJECT, '--text', '--js', '--out', file])).toBe(0);
  expect(readFileSync(file, 'utf8')).toContain('export class Player extends Node {\n  static rpcs');
  expect(out + errors).toBe('');
});

it('stops an engine that takes too long', async () => {
  const engine = join(folder, 'slow-engine');
  writeFileSync(engine, '#!/bin/sh\ncase "$1" in --version) echo 4.9.stable;; *) exec sleep 600;; esac\n', {
    mode: 0o755,
  });
  expect(await run([PROJECT, '--godot', engine, '--time', '1'])).toBe(2);
  expect(errors).toContain('the engine took longer than 1 s (--time)');
});

it('tells what an engine complained of that gave no answer', async () => {
  const engine = join(folder, 'failing-engine');
  writeFileSync(
    engine,
    '#!/bin/sh\ncase "$1" in --version) echo 4.9.stable;; *) echo "ERROR: no answer here" >&2; exit 3;; esac\n',
    { mode: 0o755 },
  );
  expect(await run([PROJECT, '--godot', engine])).toBe(2);
  expect(errors).toContain('the engine gave no answer (exit code 3)\nERROR: no answer here');
});

it.skipIf(!isBuilt)('is loaded only when it is called', () => {
  const entry = readFileSync(fromRoot('dist/esm/command/websocketpeer.js'), 'utf8');
  expect(entry).toMatch(/import\(["'`]\.\/command/);
  expect(entry).not.toContain('res://');
});
