// The arguments of `websocketpeer scene`.
import { parseArgs } from 'node:util';
import { SceneError } from './project.js';

export const HELP = `Usage: websocketpeer scene PROJECT [OPTIONS] > scene.ts

Writes a TypeScript module for websocketpeer/scene: a class for each script of the Godot project that others can call or
that is synchronized, and a function for each scene that makes its nodes. PROJECT is a folder with a project.godot. It
asks the installed engine (Godot 4), which runs without a window and changes nothing in PROJECT.

  --godot PATH      the engine; else what GODOT in the environment names, else godot4 or godot
  --copy            let the engine import a copy of the project, as it does when PROJECT has no folder .godot: slower,
                    but class names and uids are up to date
  --assets          copy everything, not scripts, scenes and resources alone: when the engine can't load one without
  --time S          seconds that the engine may take (default 120)
  --text            read the files without the engine; what can't be read so is named. It is done, with a note, when no
                    engine is found
  --partial         exit code 0 when something was left out
  --js              write JavaScript
  --out FILE        write to FILE

What is left out is named on the error output, with its file. Exit code: 0, 1 when something was left out (the module is
written all the same), 2 when there is no module.`;

export interface Options {
  readonly isHelp: boolean;
  readonly folder: string;
  /** '' for the ones that are looked for. */
  readonly godot: string;
  readonly isCopied: boolean;
  readonly hasAssets: boolean;
  readonly timeMs: number;
  readonly isText: boolean;
  readonly isPartial: boolean;
  readonly isTyped: boolean;
  /** '' for the standard output. */
  readonly out: string;
}

function parse(args: readonly string[]) {
  const flag = { type: 'boolean', default: false } as const;
  const text = { type: 'string', default: '' } as const;
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      help: { ...flag, short: 'h' },
      godot: text,
      copy: flag,
      assets: flag,
      time: { ...text, default: '120' },
      text: flag,
      partial: flag,
      js: flag,
      out: text,
    },
  });
}

/** Throws SceneError for arguments that make no sense. */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parsed(args);
  const [folder = '', ...more] = positionals;
  if (more.length > 0) throw new SceneError(`one project at a time, not "${more[0]}" as well`);
  if (folder === '' && !values.help) throw new SceneError('the folder of a Godot project is needed');
  if (values.text && values.godot !== '') throw new SceneError('--text asks no engine: leave --godot out');
  const seconds = Number(values.time);
  if (!/^\d+$/.test(values.time) || seconds < 1 || seconds > 3600)
    throw new SceneError(`--time must be a whole number from 1 to 3600, not "${values.time}"`);
  return {
    isHelp: values.help,
    folder,
    godot: values.godot,
    isCopied: values.copy || values.assets,
    hasAssets: values.assets,
    timeMs: seconds * 1000,
    isText: values.text,
    isPartial: values.partial,
    isTyped: !values.js,
    out: values.out,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parse(args);
  } catch (error) {
    throw new SceneError(error instanceof Error ? error.message : String(error));
  }
}
