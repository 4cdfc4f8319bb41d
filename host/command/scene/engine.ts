// The installed engine: finding it, and running the program that asks it (ask.ts) in a project or in a copy of it.
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { ANSWER_FILE, ASK } from './ask.js';
import { withInitialValues } from './initial-values.js';
import type { Options } from './options.js';
import { type Project, SceneError } from './project.js';

/** Files that say what scripts and scenes are; pictures, sounds and models take long to import. */
const NEEDED = new Set(['.gd', '.uid', '.tscn', '.scn', '.tres', '.res', '.cs', '.godot', '.gdshader', '.gdshaderinc']);
const SHORT_MS = 30_000;
/** Characters of an engine's output that are kept. */
const MOST_TEXT = 1_000_000;

interface Ended {
  readonly code: number | null;
  readonly isLate: boolean;
  readonly out: string;
  readonly errors: string;
}

/** Runs a program for at most `limitMs`; null when there is none of this name. */
function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv, limitMs: number): Promise<Ended | null> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, errors, isLate] = ['', '', false];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out = (out + text).slice(-MOST_TEXT);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors = (errors + text).slice(-MOST_TEXT);
    });
    const timer = setTimeout(() => {
      isLate = true;
      child.kill('SIGKILL');
    }, limitMs);
    child.once('error', () => {
      clearTimeout(timer);
      resolve(null);
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code, isLate, out, errors });
    });
  });
}

/** The engine's command; null when none is found by the usual names. */
export async function findEngine({ godot }: Options, env: NodeJS.ProcessEnv): Promise<string | null> {
  const named = godot || env.GODOT || '';
  for (const command of named === '' ? ['godot4', 'godot'] : [named]) {
    const ended = await run(command, ['--version'], env, SHORT_MS);
    if (ended === null) continue;
    const version = ended.out.trim().split('\n').at(-1) ?? '';
    if (/^4\.\d/.test(version)) return command;
    if (named !== '') throw new SceneError(`"${command}" is no Godot 4: it calls its version "${version}"`);
  }
  if (named !== '') throw new SceneError(`there is no engine "${named}" (${godot === '' ? 'GODOT' : '--godot'})`);
  return null;
}

/** Asks the engine `command` about the project. */
export async function askEngine(command: string, options: Options): Promise<Project> {
  const place = mkdtempSync(join(tmpdir(), 'websocketpeer-scene-'));
  try {
    const needsCopy = options.isCopied || !existsSync(join(options.folder, '.godot'));
    return await askIn(place, command, options, needsCopy);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** The environment in which the engine writes its logs and settings below `place` instead of the user's folders. */
function environment(place: string, answer: string): NodeJS.ProcessEnv {
  const home = join(place, 'home');
  mkdirSync(home);
  const folders = { HOME: home, APPDATA: home, LOCALAPPDATA: home };
  const xdg = { XDG_DATA_HOME: home, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home };
  return { ...process.env, ...folders, ...xdg, [ANSWER_FILE]: answer };
}

async function askIn(place: string, command: string, options: Options, needsCopy: boolean): Promise<Project> {
  const answer = join(place, 'answer.json');
  const script = join(place, 'ask.gd');
  writeFileSync(script, ASK);
  const env = environment(place, answer);
  const until = Date.now() + options.timeMs;
  const start = async (args: readonly string[]): Promise<Ended> => {
    const ended = await run(command, ['--headless', ...args], env, Math.max(1, until - Date.now()));
    if (ended === null) throw new SceneError(`the engine "${command}" does not start`);
    if (ended.isLate) throw new SceneError(`the engine took longer than ${options.timeMs / 1000} s (--time)`);
    return ended;
  };
  const folder = needsCopy ? copyOf(options, join(place, 'project')) : options.folder;
  if (needsCopy) await start(['--path', folder, '--import']);
  const { code, errors } = await start(['--path', folder, '--script', script]);
  if (!existsSync(answer))
    throw new SceneError(`the engine gave no answer (exit code ${code})\n${tellingLines(errors)}`);
  return withReasons(withInitialValues(JSON.parse(readFileSync(answer, 'utf8')) as Project, folder), errors);
}

function copyOf({ folder, hasAssets }: Options, copy: string): string {
  cpSync(folder, copy, {
    recursive: true,
    dereference: true,
    filter: (source) => {
      if (source === folder) return true;
      const name = basename(source);
      if (name === '.godot' || name === '.git' || name === 'node_modules') return false;
      if (!existsSync(source)) return false;
      return hasAssets || extname(name) === '' || NEEDED.has(extname(name)) || isFolder(source);
    },
  });
  return copy;
}

/** False for links to nothing, too, which are not copied. */
function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

const tellingLines = (errors: string): string =>
  errors
    .split('\n')
    .filter((line) => /error/i.test(line))
    .slice(0, 20)
    .join('\n');

/** Adds to each file that can't be loaded the first error that the engine printed for it. */
function withReasons(project: Project, errors: string): Project {
  const problems = project.problems.map((problem) => {
    const lines = errors.split('\n');
    const at = lines.findIndex((line) => line.includes(`(${problem.file}:`));
    const line = Number(lines[at]?.split(`(${problem.file}:`)[1]?.split(')')[0]) || 0;
    const reason = (lines[at - 1] ?? '').replace(/^\s*(SCRIPT )?ERROR:\s*/, '');
    return at < 1 ? problem : { ...problem, line, text: `${problem.text}: ${reason}` };
  });
  return { ...project, problems };
}
