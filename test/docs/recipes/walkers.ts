// The game of docs/recipes/rpc-server.md: its files as the page has them.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { blocksOf, type Programs } from '../../helpers/programs.js';

const PAGE = 'docs/recipes/rpc-server.md';
const KINDS = { cfg: 'ini', godot: 'ini', tscn: 'ini', gd: 'gdscript', mjs: 'js' } as const;

export function fileOf(name: string): string {
  const kind = KINDS[name.split('.').at(-1) as keyof typeof KINDS];
  const [text] = blocksOf(PAGE, `${kind} ${name}`);
  if (text === undefined) throw new Error(`${PAGE} has no ${name}`);
  return text;
}

/** Puts nodes.mjs beside the program. */
export function putNodes({ directory }: Programs): void {
  writeFileSync(join(directory, 'nodes.mjs'), fileOf('nodes.mjs'));
}

/** Makes the Godot project, for a server at `address`; returns its path. */
export function makeProject({ directory }: Programs, address: string, name = 'game'): string {
  const project = join(directory, name);
  mkdirSync(project);
  for (const file of ['project.godot', 'main.tscn', 'main.gd', 'player.tscn', 'player.gd']) {
    writeFileSync(join(project, file), fileOf(file).replace('127.0.0.1:9080', address));
  }
  return project;
}
