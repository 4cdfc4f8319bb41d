// Scenes and resources as texts (`.tscn`, `.tres`), read without the engine.

import { pathOf } from './plan.js';
import type { NodeInfo, Problem, Replicated } from './project.js';
import { readValueAt, type Value } from './value.js';

interface Property {
  readonly value: Value;
  readonly text: string;
}

/** A section: `[node name="A" type="Node"]` and the properties below it. */
export interface Section {
  readonly tag: string;
  readonly line: number;
  readonly attributes: ReadonlyMap<string, Value>;
  readonly properties: ReadonlyMap<string, Property>;
}

/** What a scene needs of other files. */
export interface Files {
  /** Path of the file that a path or uid names. */
  locate(path: string): string;
  /** Sections of another text; null when it can't be read. */
  sections(path: string): readonly Section[] | null;
  /** Takes in a script that is a part of the scene. */
  builtIn(key: string, source: string): void;
}

/** The sections of a text; what comes before the first one belongs to none. */
export function sectionsOf(text: string): Section[] {
  const sections: Section[] = [];
  let properties = new Map<string, Property>();
  const pattern = /\s*(?:;[^\n]*|\[(\w+)|([^\s=;[][^=\n]*?)\s*=)/y;
  let [at, counted, line] = [0, 0, 1];
  while (at < text.length) {
    pattern.lastIndex = at;
    const [all, tag, key] = pattern.exec(text) ?? [];
    at = all === undefined ? nextLine(text, at) : at + all.length;
    if (tag !== undefined) {
      line += text.slice(counted, at).split('\n').length - 1;
      counted = at;
      properties = new Map();
      const { attributes, end } = attributesAt(text, at);
      sections.push({ tag, line, attributes, properties });
      at = end;
    } else if (key !== undefined) {
      const read = readValueAt(text, at);
      if (read !== null) properties.set(key.replaceAll('"', ''), { ...read, text: text.slice(at, read.end).trim() });
      at = read?.end ?? nextLine(text, at);
    }
  }
  return sections;
}

function nextLine(text: string, at: number): number {
  const newline = text.indexOf('\n', at);
  return newline < 0 ? text.length : newline + 1;
}

function attributesAt(text: string, from: number): { attributes: Map<string, Value>; end: number } {
  const attributes = new Map<string, Value>();
  const pattern = /\s*(?:(\])|([\w/]+)\s*=)/y;
  let at = from;
  for (;;) {
    pattern.lastIndex = at;
    const [all, close, key] = pattern.exec(text) ?? [];
    if (all === undefined) return { attributes, end: nextLine(text, at) };
    at += all.length;
    if (close !== undefined) return { attributes, end: at };
    const read = readValueAt(text, at);
    if (read === null) return { attributes, end: nextLine(text, at) };
    attributes.set(key ?? '', read.value);
    at = read.end;
  }
}

export function textOf(value: Value | undefined): string {
  if (value?.kind === 'plain' && typeof value.value === 'string') return value.value;
  if (value?.kind === 'stringName' || value?.kind === 'nodePath' || value?.kind === 'number') return value.text;
  return '';
}

/** The nodes of a scene. */
export function readScene(path: string, text: string, files: Files): { nodes: NodeInfo[]; problems: Problem[] } {
  const reader = new SceneReader(path, sectionsOf(text), files);
  return { nodes: reader.nodes(), problems: reader.problems };
}

class SceneReader {
  readonly problems: Problem[] = [];
  readonly #path: string;
  readonly #sections: readonly Section[];
  readonly #files: Files;
  /** By id. */
  readonly #external = new Map<string, string>();
  readonly #internal = new Map<string, Section>();

  constructor(path: string, sections: readonly Section[], files: Files) {
    this.#path = path;
    this.#sections = sections;
    this.#files = files;
    for (const section of sections) {
      const id = textOf(section.attributes.get('id'));
      if (section.tag === 'ext_resource') this.#external.set(id, this.#located(section));
      if (section.tag === 'sub_resource') this.#internal.set(id, section);
    }
  }

  nodes(): NodeInfo[] {
    return this.#sections.filter(({ tag }) => tag === 'node').map((section) => this.#node(section));
  }

  #problem({ line }: Section, text: string): void {
    this.problems.push({ file: this.#path, line, text });
  }

  #located({ attributes }: Section): string {
    const uid = textOf(attributes.get('uid'));
    const found = this.#files.locate(uid);
    const path = textOf(attributes.get('path'));
    return found === uid && path !== '' ? path : found; // the engine, too, looks for the uid first
  }

  #node(section: Section): NodeInfo {
    const { attributes } = section;
    const name = textOf(attributes.get('name'));
    const parent = attributes.has('parent') ? textOf(attributes.get('parent')) : null;
    const placed = parent === null ? '.' : `${parent === '.' ? '.' : `./${parent}`}/${name}`;
    const rest = { script: null as string | null, config: null as readonly Replicated[] | null };
    const properties: Record<string, string> = {};
    let spawnable: string[] | undefined;
    for (const [key, { value, text }] of section.properties) {
      if (key === 'script') rest.script = this.#script(section, value);
      else if (key === 'replication_config') rest.config = this.#config(section, value);
      else if (key === '_spawnable_scenes') spawnable = this.#spawnable(section, value);
      else properties[key] = text;
    }
    return {
      path: placed,
      name,
      type: textOf(attributes.get('type')),
      index: attributes.has('index') ? Number(textOf(attributes.get('index'))) : -1,
      scene: this.#instance(section),
      ...rest,
      ...(spawnable === undefined ? {} : { spawnable }),
      properties,
    };
  }

  #instance(section: Section): string {
    const placeholder = section.attributes.get('instance_placeholder');
    if (placeholder !== undefined) return this.#files.locate(textOf(placeholder));
    const instance = section.attributes.get('instance');
    if (instance === undefined) return '';
    const path = this.#external.get(idOf(instance)) ?? '';
    if (!path.endsWith('.tscn')) this.#problem(section, `the instanced scene "${path}" is not read: only .tscn is`);
    return path;
  }

  #script(section: Section, value: Value): string | null {
    if (value.kind === 'plain') return '';
    const id = idOf(value);
    const own = value.kind === 'call' && value.name === 'SubResource' ? this.#internal.get(id) : undefined;
    if (own !== undefined) {
      const key = `${this.#path}::${id}`;
      this.#files.builtIn(key, textOf(own.properties.get('script/source')?.value));
      return key;
    }
    const path = this.#external.get(id) ?? '';
    if (!path.endsWith('.gd')) this.#problem(section, `the script "${path}" is not read: only .gd is`);
    return path;
  }

  #config(section: Section, value: Value): readonly Replicated[] | null {
    const id = idOf(value);
    if (value.kind === 'call' && value.name === 'SubResource') {
      const found = this.#internal.get(id);
      return found === undefined ? null : replicatedOf(found);
    }
    const path = this.#external.get(id) ?? '';
    const resource = this.#files.sections(path)?.find(({ tag }) => tag === 'resource');
    if (resource !== undefined) return replicatedOf(resource);
    this.#problem(section, `the replication configuration "${path}" is not read: only .tres is`);
    return null;
  }

  #spawnable(section: Section, value: Value): string[] {
    const items = value.kind === 'call' ? value.args : value.kind === 'array' ? value.items : [];
    return items.map((item) => {
      const path = this.#files.locate(textOf(item));
      if (path.startsWith('uid://')) this.#problem(section, `no file has the uid "${path}"`);
      return path;
    });
  }
}

function idOf(value: Value): string {
  return value.kind === 'call' ? textOf(value.args[0]) : '';
}

/** `properties/0/path`, `properties/0/spawn`, `properties/0/replication_mode`, and the words of 4.0. */
function replicatedOf({ properties }: Section): Replicated[] {
  const list: Replicated[] = [];
  for (let number = 0; ; number += 1) {
    const text = (name: string): string | undefined => properties.get(`properties/${number}/${name}`)?.text;
    const path = pathOf(text('path'));
    if (path === null) return list;
    const older = text('sync') === 'true' ? 1 : text('watch') === 'true' ? 2 : 0;
    const mode = text('replication_mode');
    list.push({ path, spawn: text('spawn') === 'true', mode: mode === undefined ? older : Number(mode) });
  }
}
