// A project read as texts, without the engine: for machines that have none. What can't be read so is named.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, posix } from 'node:path';
import type { NodeInfo, Problem, Project, ScriptInfo } from './project.js';
import { nativesOf } from './text-natives.js';
import { type Files, readScene, type Section, sectionsOf, textOf } from './text-scene.js';
import { type OwnScript, readScript } from './text-script.js';

/** Engine classes whose scripts belong to no node. */
const NO_NODES = new Set(['', 'Object', 'RefCounted', 'Resource', 'SceneTree', 'MainLoop', 'EditorPlugin']);

export function readTexts(folder: string): Project {
  return new TextProject(folder).read();
}

class TextProject {
  readonly #folder: string;
  readonly #paths: string[] = [];
  readonly #problems: Problem[] = [];
  readonly #own = new Map<string, OwnScript>();
  readonly #uids = new Map<string, string>();
  /** Paths of scripts by their `class_name`. */
  readonly #classes = new Map<string, string>();
  readonly #scripts: Record<string, ScriptInfo> = {};

  constructor(folder: string) {
    this.#folder = folder;
  }

  read(): Project {
    this.#walk('res://');
    for (const path of this.#paths) this.#survey(path);
    const scenes: Record<string, readonly NodeInfo[]> = {};
    for (const path of this.#paths.filter((one) => one.endsWith('.tscn'))) {
      const { nodes, problems } = readScene(path, this.#text(path), this.#files);
      scenes[path] = nodes;
      this.#problems.push(...problems);
    }
    for (const path of this.#own.keys()) this.#script(path, []);
    for (const { problems } of this.#own.values()) this.#problems.push(...problems);
    const sections = sectionsOf(this.#text('res://project.godot'));
    const setting = (tag: string, key: string): string =>
      textOf(sections.find((one) => one.tag === tag)?.properties.get(key)?.value);
    return {
      engine: '',
      name: setting('application', 'config/name'),
      mainScene: this.#locate(setting('application', 'run/main_scene'), 'res://project.godot'),
      autoloads: this.#autoloads(sections),
      scripts: this.#scripts,
      scenes,
      natives: nativesOf(scenes, this.#scripts),
      problems: this.#problems,
    };
  }

  #autoloads(sections: readonly Section[]): Project['autoloads'] {
    const entries = [...(sections.find(({ tag }) => tag === 'autoload')?.properties ?? [])];
    return entries.map(([name, { value }]) => ({
      name,
      path: this.#locate(textOf(value).replace(/^\*/, ''), 'res://project.godot'),
    }));
  }

  #text(path: string): string {
    return readFileSync(join(this.#folder, path.replace('res://', '')), 'utf8');
  }

  #walk(path: string): void {
    const folder = join(this.#folder, path.replace('res://', ''));
    if (existsSync(join(folder, '.gdignore'))) return;
    const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
    const below = (name: string): string => (path === 'res://' ? `res://${name}` : `${path}/${name}`);
    const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
    this.#paths.push(...entries.filter((entry) => !entry.isDirectory()).map(({ name }) => below(name)));
    for (const { name } of folders) this.#walk(below(name));
  }

  /** Learns what others may name: uids and class names. */
  #survey(path: string): void {
    const kind = extname(path);
    if (kind === '.scn') this.#problem(path, 'a scene in binary form, which is not read');
    if (kind === '.cs') this.#problem(path, 'a script in C#, which is not read');
    if (kind === '.uid') this.#uids.set(this.#text(path).trim(), path.slice(0, -kind.length));
    if (kind === '.tscn' || kind === '.tres') {
      const uid = /^\[gd_\w+[^\]\n]*\buid="(uid:\/\/\w+)"/.exec(this.#text(path))?.[1];
      if (uid !== undefined) this.#uids.set(uid, path);
    }
    if (kind !== '.gd') return;
    const script = readScript(path, this.#text(path));
    this.#own.set(path, script);
    if (script.className !== '') this.#classes.set(script.className, path);
  }

  #problem(file: string, text: string, line = 0): void {
    this.#problems.push({ file, line, text });
  }

  #locate(path: string, from: string): string {
    if (!path.startsWith('uid://')) return path;
    const found = this.#uids.get(path);
    if (found === undefined) this.#problem(from, `no file has the uid "${path}"`);
    return found ?? path;
  }

  readonly #files: Files = {
    locate: (path) => this.#uids.get(path) ?? path,
    sections: (path) => (path.endsWith('.tres') && this.#paths.includes(path) ? sectionsOf(this.#text(path)) : null),
    builtIn: (key, source) => {
      this.#own.set(key, readScript(key, source));
    },
  };

  /** A script with everything that it inherits; null when it belongs to no node. */
  #script(path: string, open: readonly string[]): ScriptInfo | null {
    const done = this.#scripts[path];
    if (done !== undefined) return done;
    const own = this.#own.get(path);
    if (own === undefined || open.includes(path)) return null;
    const basePath = this.#baseOf(path, own);
    const base = basePath === '' ? null : this.#script(basePath, [...open, path]);
    if (basePath === '' ? NO_NODES.has(own.base) : base === null) return null;
    const rpcs = { ...base?.rpcs, ...own.rpcs };
    const methods = { ...base?.methods, ...own.methods };
    const script: ScriptInfo = {
      className: own.className,
      base: basePath,
      type: base?.type ?? own.base,
      rpcs,
      methods: Object.fromEntries(Object.entries(methods).filter(([name]) => Object.hasOwn(rpcs, name))),
      properties: { ...base?.properties, ...own.properties },
    };
    this.#scripts[path] = script;
    return script;
  }

  /** Path of the base script; '' for a class of the engine. */
  #baseOf(path: string, { base, baseLine, preloads }: OwnScript): string {
    const quoted = /^["'](.*)["']$/.exec(base)?.[1] ?? preloads[base];
    if (quoted !== undefined) {
      const full = quoted.includes('://') ? quoted : `res://${posix.join(posix.dirname(path.slice(6)), quoted)}`;
      const found = this.#locate(full, path);
      if (this.#own.has(found)) return found;
      this.#problem(path, `the base script "${found}" is not read`, baseLine);
      return '';
    }
    const named = this.#classes.get(base);
    if (named === undefined && !/^\w*$/.test(base))
      this.#problem(path, `"extends ${base}" is not read: the methods of its base class are missing`, baseLine);
    return named ?? '';
  }
}
