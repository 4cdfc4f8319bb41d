// Scenes and projects that are read without the engine.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readTexts } from '../../host/command/scene/text-project.js';
import { readScene, sectionsOf } from '../../host/command/scene/text-scene.js';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function project(files: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'websocketpeer-texts-'));
  folders.push(folder);
  for (const [path, text] of Object.entries({ 'project.godot': 'config_version=5\n', ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return readTexts(folder);
}

const told = (files: Readonly<Record<string, string>>): string[] =>
  project(files).problems.map(({ file, line, text }) => `${file}:${line}: ${text}`);

describe('a text of sections', () => {
  it.each([
    ['[a]\nx = 1\n\n[b]\ny = "2"', ['a:1 x=1', 'b:4 y="2"']],
    ['; comment = 1\n[a]\n; [b]\nx = 1', ['a:2 x=1']],
    ['[a]\nx = "line\n[b]\n"\ny = [1,\n 2]', ['a:1 x="line\n[b]\n" y=[1,\n 2]']],
    ['[a]\n"größe ü" = 1\na/b/0 = 2', ['a:1 größe ü=1 a/b/0=2']],
    ['[a]\nx = Object(InputEvent,"device":0)\ny = 1', ['a:1 y=1']],
    ['[a name="]" groups=["x", "y"]]\nx = 1', ['a:1 x=1']],
    ['[broken\nx = 1', ['broken:1']],
    ['', []],
  ])('%j', (text, expected) => {
    const sections = sectionsOf(text).map(({ tag, line, properties }) =>
      [`${tag}:${line}`, ...[...properties].map(([key, value]) => `${key}=${value.text}`)].join(' '),
    );
    expect(sections).toEqual(expected);
  });
});

it('a scene names the places of its nodes and what they are made of', () => {
  const text = `[gd_scene format=3]
[ext_resource type="Script" path="res://a.gd" id="1_x"]
[ext_resource type="PackedScene" path="res://b.tscn" id="2_x"]
[sub_resource type="SceneReplicationConfig" id="c"]
properties/0/path = NodePath(".:hp")
properties/0/spawn = true
properties/0/sync = true
properties/0/watch = false
[node name="Root" type="Node"]
script = ExtResource("1_x")
[node name="B" parent="." index="1" instance=ExtResource("2_x")]
[node name="Sync" type="MultiplayerSynchronizer" parent="B/In"]
replication_config = SubResource("c")
[node name="Later" parent="." instance_placeholder="res://c.tscn"]
[node name="None" type="Node" parent="."]
script = null
`;
  const files = { locate: (path: string) => path, sections: () => null, builtIn: () => {} };
  const { nodes, problems } = readScene('res://a.tscn', text, files);
  expect(problems).toEqual([]);
  expect(nodes.map(({ path, type, scene, script, index }) => [path, type, scene, script, index])).toEqual([
    ['.', 'Node', '', 'res://a.gd', -1],
    ['./B', '', 'res://b.tscn', null, 1],
    ['./B/In/Sync', 'MultiplayerSynchronizer', '', null, -1],
    ['./Later', '', 'res://c.tscn', null, -1],
    ['./None', 'Node', '', '', -1],
  ]);
  expect(nodes[2].config).toEqual([{ path: '.:hp', spawn: true, mode: 1 }]);
});

const NODE = '[gd_scene format=3]\n[node name="A" type="Node"]\n';
const EXTERNAL = (path: string, type: string): string =>
  `[gd_scene format=3]\n[ext_resource type="${type}" path="res://${path}" id="1"]\n`;

describe('what is not read is named:', () => {
  it.each([
    ['a scene in binary form', { 'a.scn': '' }, 'res://a.scn:0: a scene in binary form, which is not read'],
    ['C#', { 'A.cs': '' }, 'res://A.cs:0: a script in C#, which is not read'],
    [
      'a base script that is not there',
      { 'a.gd': '\nextends "res://none.gd"\n@rpc func a(): pass' },
      'res://a.gd:2: the base script "res://none.gd" is not read',
    ],
    [
      'an inner class as base',
      { 'a.gd': 'extends Outer.Inner\n@rpc func a(): pass' },
      'res://a.gd:1: "extends Outer.Inner" is not read: the methods of its base class are missing',
    ],
    [
      'an unknown uid',
      { 'project.godot': '[application]\nrun/main_scene="uid://abc"' },
      'res://project.godot:0: no file has the uid "uid://abc"',
    ],
    [
      'a script in C# at a node',
      { 'a.tscn': `${EXTERNAL('A.cs', 'Script')}[node name="A" type="Node"]\nscript = ExtResource("1")` },
      'res://a.tscn:3: the script "res://A.cs" is not read: only .gd is',
    ],
    [
      'an instance of a binary scene',
      { 'a.tscn': `${EXTERNAL('b.scn', 'PackedScene')}[node name="A" instance=ExtResource("1")]` },
      'res://a.tscn:3: the instanced scene "res://b.scn" is not read: only .tscn is',
    ],
    [
      'a binary configuration',
      {
        'a.tscn': `${EXTERNAL('c.res', 'SceneReplicationConfig')}[node name="A" type="MultiplayerSynchronizer"]\nreplication_config = ExtResource("1")`,
      },
      'res://a.tscn:3: the replication configuration "res://c.res" is not read: only .tres is',
    ],
    [
      'an unknown uid of a scene that is spawned',
      { 'a.tscn': `${NODE.replace('"Node"', '"MultiplayerSpawner"')}_spawnable_scenes = PackedStringArray("uid://x")` },
      'res://a.tscn:2: no file has the uid "uid://x"',
    ],
  ])('%s', (_, files, expected) => {
    expect(told(files)).toEqual([expected]);
  });
});

it.each([
  ['a preloaded constant', 'const Base = preload("res://base.gd")\nextends Base'],
  ['a path from the script', 'extends "../base.gd"'],
  ['a class name', 'extends TheBase'],
  ['a uid', 'extends "uid://base1"'],
])('a base script is found by %s', (_, text) => {
  const { scripts, problems } = project({
    'base.gd': 'class_name TheBase extends Node2D\n@rpc func below(): pass',
    'base.gd.uid': 'uid://base1\n',
    'sub/a.gd': `${text}\n@rpc func above(): pass`,
  });
  expect(problems).toEqual([]);
  expect(scripts['res://sub/a.gd']).toMatchObject({ base: 'res://base.gd', type: 'Node2D' });
  expect(Object.keys(scripts['res://sub/a.gd'].rpcs)).toEqual(['below', 'above']);
});

it('scripts of no nodes, hidden folders and ignored ones are left alone', () => {
  const { scripts } = project({
    'a.gd': 'extends Resource\n@rpc func a(): pass',
    'b.gd': '@rpc func b(): pass',
    '.hidden/c.gd': 'extends Node\n@rpc func c(): pass',
    'ignored/.gdignore': '',
    'ignored/d.gd': 'extends Node\n@rpc func d(): pass',
    'loop.gd': 'extends "res://loop.gd"',
  });
  expect(scripts).toEqual({});
});
