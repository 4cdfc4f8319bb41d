// Writes the descriptions of the Godot classes, made from their sources: host/binding/class-infos.generated.ts, which
// says what each class has, and host/godot4/classes.generated.ts, which knows them all. Nothing else.
import { relative } from 'node:path';
import { describeClass } from './lib/class-members.mjs';
import { classesOf, classSources, membersOf, readProgram } from './lib/class-sources.mjs';
import { TypeReader } from './lib/class-types.mjs';
import { alone, BuildError, fromRoot, isMain, listFiles, runMain, whenChanged, writeWhole } from './lib/files.mjs';

const INFOS = fromRoot('host', 'binding', 'class-infos.generated.ts');
const CLASSES = fromRoot('host', 'godot4', 'classes.generated.ts');

/** Describes the classes in the sources at `paths`: what scripts see of each, with its entry of `classesOf`. */
export function describeClasses(paths) {
  const program = readProgram(paths);
  const entries = classesOf(program, paths);
  const reader = new TypeReader(program, entries);
  const names = new Map();
  const complaints = [];
  const described = entries.map((entry) => {
    const above = entry.inherits === null ? [] : names.get(entry.inherits.jsName);
    names.set(entry.jsName, new Set([...above, ...membersOf(entry).keys()].filter((name) => name !== 'signals')));
    const info = describeClass(entry, reader, new Set(above), (complaint) => complaints.push(complaint));
    return { entry, info };
  });
  if (complaints.length > 0) throw new BuildError(`the classes can't be described\n${complaints.join('\n')}`);
  return described;
}

/** JSON in a string, parsed when it is first asked for: most programs never ask, and all of them load it. */
function literal(info) {
  const text = JSON.stringify(info).replaceAll('\\', '\\\\').replaceAll("'", "\\'");
  return `/* @__PURE__ */ parsedOnce(\n  '${text}',\n)`;
}

function infosText(described) {
  const constants = described.map(({ info }) => `export const ${info.name}Info = ${literal(info)};\n`);
  return `// What each class has, made from its source by scripts/build-class-infos.mjs. Not to be edited.
import type { ClassInfo } from './class-info.js';

function parsedOnce(text: string): () => ClassInfo {
  let info: ClassInfo | null = null;
  return () => {
    info ??= JSON.parse(text) as ClassInfo;
    return info;
  };
}

${constants.join('\n')}`;
}

function classesText(described) {
  const folder = fromRoot('host', 'godot4');
  const specifier = ({ node }) => {
    const path = relative(folder, node.getSourceFile().fileName).replaceAll('\\', '/').replace(/\.ts$/, '.js');
    return path.startsWith('.') ? path : `./${path}`;
  };
  const entries = described.map(({ entry }) => entry);
  const imports = entries.map((entry) => `import { ${entry.jsName} } from '${specifier(entry)}';\n`);
  return `// Every class of this generation, made by scripts/build-class-infos.mjs. Not to be edited.
import type { GodotClass } from '../binding/class-db.js';
${imports.join('')}
export function allClasses(): readonly GodotClass[] {
  return [${entries.map(({ jsName }) => jsName).join(', ')}];
}
`;
}

function build() {
  const described = describeClasses(classSources());
  writeWhole(INFOS, infosText(described));
  writeWhole(CLASSES, classesText(described));
  console.log(`classes: ${described.length} described`);
}

function inputs() {
  return [
    ...listFiles(fromRoot('host'), (path) => path.endsWith('.ts') && !path.endsWith('.generated.ts')),
    fromRoot('assembly', 'abi.ts'),
    fromRoot('node_modules', 'typescript', 'package.json'),
    fromRoot('scripts', 'build-class-infos.mjs'),
    ...['class-members', 'class-sources', 'class-types', 'files'].map((name) =>
      fromRoot('scripts', 'lib', `${name}.mjs`),
    ),
    fromRoot('tsconfig.json'),
  ];
}

export async function buildClassInfos() {
  await whenChanged('class-infos', inputs, () => [INFOS, CLASSES], build);
}

if (isMain(import.meta.url)) await runMain('build-class-infos', () => alone(buildClassInfos));
