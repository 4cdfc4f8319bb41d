// Rules of the source tree: imports between folders as granted, no unused grants, no cycles, Node's modules only behind
// the platform seam, no imports of entry files, opening comments, limits of length, and tests for each protocol file.
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import ts from 'typescript';
import { BuildError, fromRoot, isMain, listFiles, runMain, shortPath } from './lib/files.mjs';
import { SEAM_NAMES } from './lib/seams.mjs';

const MAX_LINES = 350;

const MANIFEST = JSON.parse(readFileSync(fromRoot('package.json'), 'utf8'));

/** Sources of the files in `exports` of package.json. */
const ENTRIES = entrySources();

/** Interfaces between the protocol and a runtime. */
const SEAM = ['address', 'byte-stream', 'cryptography', 'deflater', 'platform', 'queue', 'shares'].map(
  (name) => `host/transport/${name}.ts`,
);

/** Files that all of host/ may import. */
const FOR_ALL = ['host/bytes.ts'];

/** Imports with an implementation per runtime. */
const RUNTIME_SEAMS = SEAM_NAMES;
const SEAMS_OF_CLASSES = SEAM_NAMES.filter((name) => name !== '#descriptions');

const BELOW_GODOT = ['host/binding/', 'host/protocol/', 'host/transport/'];

// Areas, each with what it may import besides itself. The first match counts, and a grant that is not used is an error.
const MAY_IMPORT = [
  ['assembly/abi.ts', []],
  ['assembly/', []],
  ['host/transport/', []],
  ['host/certificates/', ['host/transport/cryptography.ts']],
  ['host/codec/', ['assembly/abi.ts']],
  ['host/compat/', ['host/codec/', 'assembly/abi.ts']],
  ['host/extension/index.browser.ts', ['host/binding/', 'host/browser/', 'host/extension/']],
  ['host/worker/index.browser.ts', ['host/binding/', 'host/browser/', 'host/worker/']],
  ['host/binding/', ['#descriptions']],
  ['host/variant/index.browser.ts', ['host/browser/', 'host/variant/']],
  ['host/variant/', ['host/binding/']],
  ['host/protocol/', ['host/binding/', 'host/codec/', 'assembly/abi.ts', ...SEAM, '#server-settings']],
  ['host/godot4/', [...BELOW_GODOT, 'host/variant/', 'host/codec/', 'host/certificates/', ...SEAMS_OF_CLASSES]],
  ['host/extension/', ['host/binding/', 'host/protocol/', 'host/godot4/', 'host/godot3/']],
  ['host/godot3/scene/', ['host/binding/', 'host/variant/', 'host/godot4/', 'host/godot3/', 'host/scene/']],
  ['host/godot3/', [...BELOW_GODOT, 'host/variant/', 'host/godot4/', '#platform', '#server-settings']],
  ['host/scene/', ['host/binding/', 'host/variant/', 'host/godot4/', '#platform']],
  ['host/cluster/', [...BELOW_GODOT, 'host/godot4/', '#platform', '#server-settings']],
  ['host/streams/', [...BELOW_GODOT, 'host/godot4/']],
  ['host/worker/', [...BELOW_GODOT, 'host/godot4/', '#platform']],
  ['host/browser/', [...BELOW_GODOT, 'host/variant/', 'host/codec/', 'host/godot4/']],
  ['host/adapters/', []],
  ['host/command/', []],
  ['host/', []],
  ['examples/', []],
  ['bench/', ['scripts/lib/']],
];

/** Adapters that extend a class of their engine, an optional peer dependency. */
const MAY_IMPORT_ENGINE = { 'host/adapters/excalibur.ts': 'excalibur', 'host/adapters/playcanvas.ts': 'playcanvas' };

/** Packages that a project may have installed, with the files that may load them, by a dynamic import alone. */
const MAY_LOAD = { 'host/cluster/nats-client.ts': ['@nats-io/transport-node', '@nats-io/kv'] };

/** Packages that the build copies into dist/, with the files that may import them; NOTICE holds their licences. */
const BUNDLED = {
  '@noble/curves': ['host/transport/node/elliptic-curves.ts'],
  '@noble/hashes': ['host/scene/rpc-config.ts'],
};

/** Folder whose files each have tests of their own name, in test/protocol/. */
const TESTED = 'host/protocol/';
/** Files there that need none: types alone. */
export const WITHOUT_LOGIC = ['context.ts', 'handshake-hook.ts', 'session.ts', 'shared-message.ts'];

/** Run by itself. */
const COMMAND = 'host/command/';

const NODE_ONLY = 'host/transport/node/';
/** Folder of the transports: files directly in it are shared, those of one runtime are in subfolders. */
const TRANSPORT = 'host/transport/';
const MAY_USE_NODE = [NODE_ONLY, COMMAND, 'examples/', 'bench/'];

function entrySources() {
  const text = JSON.stringify(MANIFEST.exports);
  return new Set(
    listFiles(fromRoot('host'), isSource)
      .map(shortPath)
      .filter((path) => text.includes(`"./dist/${path.replace(/\.ts$/, '.d.ts')}"`)),
  );
}

function isSource(path) {
  return /\.(ts|mjs)$/.test(path) && !path.endsWith('.d.ts');
}

/** Imports of a file: specifier, line, whether it is an `import()`, and the file of this tree that is imported, if any. */
function importsOf(path, text) {
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName, pos }) => ({
    specifier: fileName,
    line: text.slice(0, pos).split('\n').length,
    isDynamic: /\bimport\(\s*(\/\*.*?\*\/\s*)?$/.test(text.slice(0, pos)),
    target: fileName.startsWith('.') ? resolve(path, fileName) : null,
  }));
}

function resolve(from, specifier) {
  const path = normalize(join(dirname(from), specifier)).replaceAll('\\', '/');
  if (from.startsWith('assembly/')) return `${path}.ts`;
  return from.startsWith('host/') ? path.replace(/\.js$/, '.ts') : path;
}

const covering = (path, places) =>
  places.find((place) => path === place || (place.endsWith('/') && path.startsWith(place)));
const within = (path, places) => covering(path, places) !== undefined;

function areaOf(path) {
  return MAY_IMPORT.find(([area]) => within(path, [area]));
}

/** The runtime's folder that contains a file, or null. */
function runtimeOf(path) {
  const [runtime, ...rest] = path.startsWith(TRANSPORT) ? path.slice(TRANSPORT.length).split('/') : [];
  return rest.length > 0 ? runtime : null;
}

/** Whether `path` is the page's form of an entry: index.browser.ts beside index.ts. */
function isTwin(path, target) {
  return path === target.replace(/\.ts$/, '.browser.ts');
}

/** A grant as text, for `used` and for messages. */
const grant = (holder, what) => `${holder} may import ${what}`;

const GRANTS = [
  ...MAY_IMPORT.flatMap(([area, allowed]) => allowed.map((place) => grant(area, place))),
  ...FOR_ALL.map((file) => grant('all', file)),
  ...MAY_USE_NODE.map((place) => grant(place, 'node:')),
  ...Object.entries(MAY_IMPORT_ENGINE).map(([path, engine]) => grant(path, engine)),
  ...Object.entries(MAY_LOAD).flatMap(([path, names]) => names.map((name) => grant(path, name))),
  ...Object.entries(BUNDLED).flatMap(([name, paths]) => paths.map((path) => grant(path, name))),
];

/** The rule that an import breaks, or null; adds the grant that allows it to `used`. */
function broken(path, { specifier, target, isDynamic }, used) {
  const [area, allowed] = areaOf(path);
  if (target === null) return brokenByName(path, specifier, isDynamic, used);
  if (ENTRIES.has(target) && !isTwin(path, target)) return 'entry files are imported by nobody';
  if (target.startsWith(COMMAND) && !path.startsWith(COMMAND)) return 'nothing needs the command';
  const runtime = runtimeOf(target);
  if (runtime !== null && runtime !== runtimeOf(path) && area !== `host/${runtime}/`)
    return `${TRANSPORT}${runtime}/ is reached through #platform`;
  if (runtime !== null || (area.endsWith('/') && target.startsWith(area))) return null;
  const place = covering(target, allowed);
  if (place !== undefined) return granted(used, area, place);
  if (path.startsWith('host/') && FOR_ALL.includes(target)) return granted(used, 'all', target);
  return grant(area, allowed.join(', ') || 'nothing outside itself');
}

function granted(used, holder, what) {
  used.add(grant(holder, what));
  return null;
}

function brokenByName(path, specifier, isDynamic, used) {
  if (specifier.startsWith('node:')) {
    const place = covering(path, MAY_USE_NODE);
    return place === undefined
      ? `node: modules are for ${COMMAND} and ${NODE_ONLY} only`
      : granted(used, place, 'node:');
  }
  if (RUNTIME_SEAMS.includes(specifier)) {
    const [area, allowed] = areaOf(path);
    if (!allowed.includes(specifier)) return `${specifier} is for the classes of the API only`;
    return granted(used, area, specifier);
  }
  if (!path.startsWith('host/') && !path.startsWith('assembly/')) return null;
  if (MAY_IMPORT_ENGINE[path] === specifier) return granted(used, path, specifier);
  if (isDynamic && MAY_LOAD[path]?.includes(specifier)) return granted(used, path, specifier);
  const bundled = Object.keys(BUNDLED).find((name) => specifier.startsWith(`${name}/`));
  if (bundled === undefined) return 'the package has no run-time dependency';
  if (!BUNDLED[bundled].includes(path)) return `${bundled} is bundled for ${BUNDLED[bundled].join(', ')} only`;
  return granted(used, path, bundled);
}

/** One line per cycle: its files in order. */
function cyclesOf(graph) {
  const done = new Set();
  const cycles = [];
  const visit = (path, trail) => {
    const at = trail.indexOf(path);
    if (at >= 0) {
      cycles.push(`${path}:1: cycle: ${[...trail.slice(at), path].join(' -> ')}`);
      return;
    }
    if (done.has(path)) return;
    for (const target of graph.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  return cycles;
}

/** The text without doc comments, which do not count towards a file's length. */
function withoutDocs(text) {
  return text.replace(/^ *\/\*\*[\s\S]*?\*\/\n/gm, '');
}

function shapeOf(path, text) {
  const complaints = [];
  if (!/^(#!.*\n)?(\/\/|\/\*)/.test(text)) complaints.push(`${path}:1: a file opens with what lives in it`);
  const lines = withoutDocs(text).split('\n').length - 1;
  const isCode = /^(assembly|host|scripts|bench|examples)\//.test(path);
  if (isCode && lines > MAX_LINES)
    complaints.push(`${path}:${MAX_LINES}: has ${lines} lines, the limit is ${MAX_LINES}`);
  return complaints;
}

/**
 * All violations as `file:line: rule`. `files` maps paths from the root to texts; `used` receives the grants that are
 * used.
 */
export function checkFiles(files, used = new Set()) {
  const complaints = [];
  const graph = new Map();
  for (const [path, text] of files) {
    if (!path.endsWith('.generated.ts')) complaints.push(...shapeOf(path, text));
    if (areaOf(path) === undefined) continue;
    const imports = importsOf(path, text);
    graph.set(
      path,
      imports.map(({ target }) => target).filter((target) => files.has(target)),
    );
    for (const entry of imports) {
      const rule = broken(path, entry, used);
      if (rule !== null) complaints.push(`${path}:${entry.line}: "${entry.specifier}": ${rule}`);
    }
  }
  return [...complaints, ...cyclesOf(graph)];
}

/** Grants that none of `files` uses, and areas without files. */
export function unusedGrants(files) {
  const used = new Set();
  checkFiles(files, used);
  const areas = new Set([...files.keys()].map(areaOf));
  const empty = MAY_IMPORT.filter((entry) => !areas.has(entry)).map(([area]) => `${area} holds no file`);
  const unused = GRANTS.filter((one) => !used.has(one)).map((one) => `${one}, and nothing there does`);
  return [...empty, ...unused].map((fault) => `scripts/check-tree.mjs:1: ${fault}`);
}

/** Where the tests of a protocol file are: its own name, or one that begins with it, as connection-closing.test.ts. */
function testNames(name) {
  const stem = `${TESTED.replace('host/', 'test/')}${name.replace(/\.ts$/, '')}`;
  return { own: `${stem}.test.ts`, part: `${stem}-` };
}

/** Protocol files of `files` without tests of their names, and names in the list above that do not exist. */
export function untestedFiles(files) {
  const names = [...files.keys()].filter((path) => path.startsWith(TESTED)).map((path) => path.slice(TESTED.length));
  const tests = [...files.keys()].filter((path) => path.startsWith('test/') && path.endsWith('.test.ts'));
  const hasTests = ({ own, part }) => tests.some((path) => path === own || path.startsWith(part));
  const untested = names
    .filter((name) => !WITHOUT_LOGIC.includes(name) && !hasTests(testNames(name)))
    .map((name) => `${TESTED}${name}:1: has no tests of its name, such as ${testNames(name).own}`);
  const gone = WITHOUT_LOGIC.filter((name) => !names.includes(name)).map(
    (name) => `scripts/check-tree.mjs:1: ${TESTED}${name} is in a list, and does not exist`,
  );
  return [...untested, ...gone];
}

export function checkTree() {
  const places = ['assembly', 'host', 'scripts', 'bench', 'examples', 'test'];
  const paths = places.flatMap((place) => listFiles(fromRoot(place), isSource));
  const files = new Map(paths.map((path) => [shortPath(path), readFileSync(path, 'utf8')]));
  const complaints = [...checkFiles(files), ...unusedGrants(files), ...untestedFiles(files)];
  if (complaints.length > 0) throw new BuildError(`${complaints.length} broken rules\n${complaints.join('\n')}`);
}

if (isMain(import.meta.url)) await runMain('check-tree', checkTree);
