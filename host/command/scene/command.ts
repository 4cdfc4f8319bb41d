// `websocketpeer scene`: a module for websocketpeer/scene from a Godot project.
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { askEngine, findEngine } from './engine.js';
import { moduleOf } from './module.js';
import { HELP, type Options, readOptions } from './options.js';
import { type Problem, type Project, SceneError } from './project.js';
import { readTexts } from './text-project.js';

export async function run(args: readonly string[]): Promise<number> {
  try {
    const options = readOptions(args);
    if (options.isHelp) {
      console.log(HELP);
      return 0;
    }
    return await write(options);
  } catch (error) {
    if (!(error instanceof SceneError)) throw error;
    console.error(`websocketpeer scene: ${error.message}`);
    return 2;
  }
}

async function write(options: Options): Promise<number> {
  checkProject(options.folder);
  const project = await projectOf(options);
  const { text, problems } = moduleOf(project, options);
  print(options, text);
  const all = [...project.problems, ...problems];
  for (const problem of all) console.error(lineOf(problem));
  if (all.length > 0) console.error(`websocketpeer scene: ${all.length} thing(s) left out`);
  return all.length === 0 || options.isPartial ? 0 : 1;
}

const lineOf = ({ file, line, text }: Problem): string => `${file}${line === 0 ? '' : `:${line}`}: ${text}`;

function checkProject(folder: string): void {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) throw new SceneError(`there is no folder "${folder}"`);
  if (!existsSync(join(folder, 'project.godot')))
    throw new SceneError(`"${folder}" is no Godot project: it has no project.godot`);
}

async function projectOf(options: Options): Promise<Project> {
  if (options.isText) return readTexts(options.folder);
  const engine = await findEngine(options, process.env);
  if (engine !== null) return askEngine(engine, options);
  console.error('websocketpeer scene: no engine found (--godot, GODOT, godot4, godot), so the files are read as texts');
  return readTexts(options.folder);
}

function print({ out }: Options, text: string): void {
  if (out === '') {
    process.stdout.write(text);
    return;
  }
  try {
    writeFileSync(out, text);
  } catch (error) {
    throw new SceneError(error instanceof Error ? error.message : String(error));
  }
}
