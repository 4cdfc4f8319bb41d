// docs/differences.md: that it tells of every addition to Godot's classes.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { describeApi } from '../../host/extension/index.js';
import { fromRoot } from '../helpers/programs.js';

const textOf = (page: string): string => readFileSync(fromRoot(page), 'utf8');
const [, additions = ''] = textOf('docs/differences.md').split('\n## Additions\n');
const settings = textOf('docs/settings.md');

/** Additions of a class: its signals, properties and methods, without those that get and set a property. */
function additionsOf(profile: '4.6' | '3.6'): [string, string[]][] {
  return describeApi(profile).classes.map(({ name, methods = [], properties = [], signals = [] }) => {
    const accessors = properties.flatMap(({ getter, setter }) => [getter, setter]);
    const own = methods.filter((method) => !accessors.includes(method.name));
    const added = [...own, ...properties, ...signals].filter((member) => member.websocketpeer_addition === true);
    return [name, added.map((member) => member.name)];
  });
}

/** Members of 4.6 that classes have for Godot 3, too. */
const ofGodot4 = ['get_reference_count', 'load_from_string', 'save_to_string'];
const ofGodot3 = additionsOf('3.6').map(([name, names]): [string, string[]] => [
  name,
  names.filter((member) => !ofGodot4.includes(member)),
]);
const rows = [...additionsOf('4.6'), ...ofGodot3].filter(([, names]) => names.length > 0);

describe('docs/differences.md', () => {
  it('has classes with additions to tell of', () => {
    expect(rows.map(([name]) => name)).toEqual(
      expect.arrayContaining(['WebSocketPeer', 'SceneMultiplayer', 'TCPServer']),
    );
  });

  it.each(rows)('tells of what %s has beyond Godot, or leaves it to docs/settings.md', (_, names) => {
    const isTold = (name: string): boolean =>
      new RegExp(`[\`.]${name}\\b`).test(additions) || settings.includes(`| \`${name}\` |`);
    expect(names.filter((name) => !isTold(name))).toEqual([]);
  });
});
