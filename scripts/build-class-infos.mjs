// Build step: writes the descriptions of the Godot classes (class-infos.generated.ts), the lists of classes
// (classes.generated.ts) and the words about them (words3.generated.ts, words4.generated.ts) of each generation, from the
// sources of the classes.
import { dirname, join, normalize, relative } from 'node:path';
import { describeClass } from './lib/class-members.mjs';
import { classesOf, classSources, GENERATIONS, membersOf, readProgram } from './lib/class-sources.mjs';
import { ALONE, writeClass } from './lib/class-text.mjs';
import { TypeReader } from './lib/class-types.mjs';
import { bbcodeWriter, wordsOf } from './lib/class-words.mjs';
import { alone, BuildError, fromRoot, isMain, listFiles, runMain, whenChanged, writeWhole } from './lib/files.mjs';

const [GODOT4, GODOT3] = GENERATIONS;
/** File of a generation's descriptions; the shared base classes are described with Godot 4's. */
const infosFile = ({ folder, number }) =>
  number === 4 ? fromRoot('host', 'binding', 'class-infos.generated.ts') : join(folder, 'class-infos.generated.ts');
const classesFile = ({ folder }) => join(folder, 'classes.generated.ts');

/** File of the words about a generation's classes, which only the extension entry loads. */
const wordsFile = ({ number }) => fromRoot('host', 'extension', `words${number}.generated.ts`);

/** Classes of separate entries, in no list of classes, by their folders, which have their descriptions. */
const ASIDE = [
  [GODOT4, 'worker', 'worker-web-socket-peer'],
  [
    GODOT4,
    'scene',
    'node',
    'multiplayer-spawner',
    'multiplayer-synchronizer',
    'scene-replication-config',
    'scene-tree',
  ],
  [GODOT4, 'cluster', 'cluster-multiplayer-peer', 'room-host', 'room-settings', 'topic', 'web-socket-gateway'],
  [GODOT3, 'godot3/scene', 'network-multiplayer', 'multiplayer-api', 'node', 'tree-members', 'scene-tree'],
].map(([generation, folder, ...names]) => ({
  generation,
  file: fromRoot('host', ...folder.split('/'), 'class-infos.generated.ts'),
  sources: names.map((name) => fromRoot('host', ...folder.split('/'), `${name}.ts`)),
}));

/** Describes the public members of the classes in the sources at `paths`, with their entries of `classesOf`. */
export function describeClasses(paths, generation = GODOT4) {
  const program = readProgram(paths);
  const entries = classesOf(program, paths, generation);
  const reader = new TypeReader(program, entries);
  const names = new Map();
  const complaints = [];
  const described = entries.map((entry) => {
    const above = entry.inherits === null ? [] : names.get(entry.inherits.jsName);
    names.set(entry.jsName, new Set([...above, ...membersOf(entry).keys()].filter((name) => name !== 'signals')));
    const context = { generation: generation.number, above: new Set(above) };
    const info = describeClass(entry, reader, context, (complaint) => complaints.push(complaint));
    return { entry, reader, info: withTypeNames(info, generation.typeNames) };
  });
  if (complaints.length > 0) throw new BuildError(`the classes can't be described\n${complaints.join('\n')}`);
  return described;
}

/** @template Info @param {Info} info @returns {Info} */
function withTypeNames(info, names) {
  const rename = (key, value) => (key === 'type' ? (names[value] ?? value) : value);
  return JSON.parse(JSON.stringify(info), rename);
}

/** A description as text, parsed at its first use: all programs load it, most never use it. */
function literal(info, generation) {
  // The settings of servers are described with Godot 4's names of types.
  const serverSettings = info.serverSettings?.filter((name) => generation === GODOT4 || ALONE.includes(name));
  const text = writeClass({ ...info, serverSettings })
    .replaceAll('\\', '\\\\')
    .replaceAll("'", "\\'")
    .replaceAll('\n', '\\n');
  return `/* @__PURE__ */ readOnce(\n  '${text}',\n)`;
}

function importLine(from, name, target, kind = '') {
  const path = relative(dirname(from), target).replaceAll('\\', '/').replace(/\.ts$/, '.js');
  return `import ${kind}{ ${name} } from '${path.startsWith('.') ? path : `./${path}`}';\n`;
}

const CLASS_INFO = fromRoot('host', 'binding', 'class-info.ts');
const CLASS_TEXT = fromRoot('host', 'binding', 'class-text.ts');
const CLASS_DB = fromRoot('host', 'binding', 'class-db.ts');

function infosText(described, file, generation) {
  const constants = described.map(({ info }) => `export const ${info.name}Info = ${literal(info, generation)};\n`);
  return `// What each class has, made from its source by scripts/build-class-infos.mjs. Not to be edited.
${importLine(file, 'ClassInfo', CLASS_INFO, 'type ')}${importLine(file, 'readClass', CLASS_TEXT)}
function readOnce(text: string): (groups?: object) => ClassInfo {
  let info: ClassInfo | null = null;
  return (groups) => {
    info ??= readClass(text, groups);
    return info;
  };
}

${constants.join('\n')}`;
}

function classesText(described, generation) {
  const file = classesFile(generation);
  const entries = described.map(({ entry }) => entry);
  const imports = entries.map(({ jsName, node }) => importLine(file, jsName, node.getSourceFile().fileName));
  return `// Every class of this generation, made by scripts/build-class-infos.mjs. Not to be edited.
${importLine(file, 'GodotClass', CLASS_DB, 'type ')}${imports.join('')}
export function allClasses(): readonly GodotClass[] {
  return [${entries.map(({ jsName }) => jsName).join(', ')}];
}
`;
}

/** The description of a class; the class itself has its enums. */
const describedBy = ({ entry, info }) => `${info.name}Info(${info.enums.length > 0 ? entry.jsName : ''})`;

/** Descriptions for the list of classes: those of borrowed classes belong to another generation and are repeated. */
function describedText(described, generation) {
  const file = classesFile(generation);
  const names = described.map(({ info }) => `${info.name}Info`);
  return `${importLine(file, 'ClassInfo', CLASS_INFO, 'type ')}${importLine(file, names.join(', '), infosFile(generation))}
/** Their descriptions, in the same order. */
export function allInfos(): readonly ClassInfo[] {
  return [${described.map(describedBy).join(', ')}];
}
`;
}

/** What the doc comments say of the classes and their members. */
export function wordsAbout(described, generation = GODOT4) {
  const write = bbcodeWriter(described, generation.number);
  return Object.fromEntries(described.map((one) => [one.info.name, wordsOf(one, write)]));
}

function wordsText(described, generation) {
  return `// Words about the classes of this generation, made by scripts/build-class-infos.mjs. Not to be edited.
import type { Words } from './words.js';

export const WORDS: Words = ${JSON.stringify(wordsAbout(described, generation), null, 1)};
`;
}

function buildGeneration(generation) {
  const entries = ASIDE.filter((one) => one.generation === generation);
  const apart = entries.flatMap(({ sources }) => sources);
  const all = describeClasses([...new Set([...classSources(generation), ...apart])], generation);
  const sourceOf = ({ entry }) => normalize(entry.node.getSourceFile().fileName);
  for (const { file, sources } of entries) {
    const aside = all.filter((one) => sources.includes(sourceOf(one)));
    writeWhole(file, infosText(aside, file, generation));
  }
  const described = all.filter((one) => !apart.includes(sourceOf(one)));
  const more = generation.borrowed.length > 0 ? describedText(described, generation) : '';
  writeWhole(infosFile(generation), infosText(described, infosFile(generation), generation));
  writeWhole(wordsFile(generation), wordsText(described, generation));
  writeWhole(classesFile(generation), `${classesText(described, generation)}${more}`);
  return described.length;
}

function build() {
  const [godot4, godot3] = [GODOT4, GODOT3].map(buildGeneration);
  console.log(`classes: ${godot4} of Godot 4 described, ${godot3} of Godot 3`);
}

function inputs() {
  return [
    ...listFiles(fromRoot('host'), (path) => path.endsWith('.ts') && !path.endsWith('.generated.ts')),
    fromRoot('assembly', 'abi.ts'),
    fromRoot('node_modules', 'typescript', 'package.json'),
    fromRoot('scripts', 'build-class-infos.mjs'),
    ...['class-members', 'class-sources', 'class-text', 'class-types', 'class-words', 'files'].map((name) =>
      fromRoot('scripts', 'lib', `${name}.mjs`),
    ),
    fromRoot('tsconfig.json'),
  ];
}

export async function buildClassInfos() {
  await whenChanged(
    'class-infos',
    inputs,
    () => [
      ...GENERATIONS.flatMap((one) => [infosFile(one), classesFile(one), wordsFile(one)]),
      ...ASIDE.map(({ file }) => file),
    ],
    build,
  );
}

if (isMain(import.meta.url)) await runMain('build-class-infos', () => alone(buildClassInfos));
