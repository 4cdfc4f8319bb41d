// Values of variables at start that the engine does not tell, since only the running script makes them: literals are
// read from its text.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Project, PropertyInfo, ScriptInfo } from './project.js';
import { type OwnScript, readScript } from './text-script.js';

export function withInitialValues(project: Project, folder: string): Project {
  const texts = new Map<string, OwnScript | null>();
  const textOf = (path: string): OwnScript | null => {
    const file = join(folder, path.replace('res://', ''));
    if (!texts.has(path)) texts.set(path, existsSync(file) ? readScript(path, readFileSync(file, 'utf8')) : null);
    return texts.get(path) ?? null;
  };
  const initialOf = (path: string, name: string): string => {
    const own = textOf(path)?.properties[name];
    const base = project.scripts[path]?.base ?? '';
    return own?.value ?? (base === '' || base === path ? 'null' : initialOf(base, name));
  };
  const filled = (path: string, [name, info]: readonly [string, PropertyInfo]): readonly [string, PropertyInfo] =>
    info.value === 'null' ? [name, { ...info, value: initialOf(path, name) }] : [name, info];
  const scripts = Object.entries(project.scripts).map(([path, script]): [string, ScriptInfo] => [
    path,
    {
      ...script,
      properties: Object.fromEntries(Object.entries(script.properties).map((entry) => filled(path, entry))),
    },
  ]);
  return { ...project, scripts: Object.fromEntries(scripts) };
}
