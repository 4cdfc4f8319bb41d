// The table in docs/adapters.md: engines in the versions that the tests use. Its program runs in test/browser/docs.test.ts.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fromRoot } from '../helpers/programs.js';

const page = readFileSync(fromRoot('docs/adapters.md'), 'utf8');
const { packages } = JSON.parse(readFileSync(fromRoot('test/runtimes/package-lock.json'), 'utf8'));

describe('docs/adapters.md', () => {
  it.each([
    ['Phaser', 'phaser'],
    ['PixiJS', 'pixi.js'],
    ['Babylon.js', '@babylonjs/core'],
    ['Excalibur', 'excalibur'],
    ['three.js', 'three'],
    ['PlayCanvas', 'playcanvas'],
  ])('names the version of %s that was tested', (engine, name) => {
    const row = page.split('\n').find((line) => line.startsWith(`| ${engine}`)) ?? '';
    expect(row.split(' | ').at(-1)).toBe(`${packages[`node_modules/${name}`].version} |`);
  });
});
