// Declarations for pkg/, extracted from those that tsc wrote for host/codec.
import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { BuildError, fromRoot } from './files.mjs';

/** What the glue exports, and the declarations that its types are made of. */
const VALUES = ['mask', 'isValidUtf8', 'encodeFrame', 'Utf8Validator', 'MessageDecoder', 'backend'];
const SOURCES = ['message-decoder', 'codec'];
const NOT_PUBLIC = new Set(['createCodec', 'createMessageDecoder', 'frameOf']);

function statementsOf(name) {
  const path = fromRoot('dist', 'host', 'codec', `${name}.d.ts`);
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ES2022, true);
  return { source, statements: [...source.statements] };
}

function nameOf(statement) {
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations[0].name.getText();
  return statement.name?.getText() ?? '';
}

function isKept(statement) {
  if (ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)) return false;
  return !NOT_PUBLIC.has(nameOf(statement));
}

/** Doc comment of a member of `Codec`, for the constant of the same name. */
function docsOf(source, codec, member) {
  const found = codec.members.find((entry) => entry.name.getText() === member);
  if (found === undefined) throw new BuildError(`host/codec/codec.ts: Codec has no member "${member}"`);
  const [docs] = ts.getJSDocCommentsAndTags(found);
  return docs === undefined ? '' : `${docs.getText(source).replaceAll('\n    ', '\n')}\n`;
}

/** Replacements for types that pages declare themselves; `pkg/` is for pages and bundlers. */
const REAL_TYPES = { CoreMemory: 'WebAssembly.Memory', CoreGlobal: 'WebAssembly.Global' };

const withRealTypes = (text) => text.replace(/\bCore(?:Memory|Global)\b/, (name) => REAL_TYPES[name]);

/** The raw module's exports as tsc sees them: the interface CoreExports. */
function coreExports() {
  const { source, statements } = statementsOf('core');
  const found = statements.find((statement) => nameOf(statement) === 'CoreExports');
  if (found === undefined) throw new BuildError('host/codec/core.ts: there is no interface CoreExports');
  return found.members.map((member) => ({
    name: member.name.getText(),
    method: ts.isMethodSignature(member),
    text: withRealTypes(member.getText(source)),
  }));
}

/** Throws unless CoreExports and assembly/exports.json list the same names. */
function compareWithDeclared(members) {
  const declared = Object.keys(JSON.parse(readFileSync(fromRoot('assembly', 'exports.json'), 'utf8')).exports).sort();
  const typed = members.map(({ name }) => name).sort();
  if (declared.join() !== typed.join()) {
    throw new BuildError(
      `CoreExports (host/codec/core.ts) has ${typed.join()}; assembly/exports.json has ${declared.join()}`,
    );
  }
}

/** `websocketpeer_bg.wasm.d.ts`: the module's own exports. */
export function rawDeclarations() {
  const members = coreExports();
  compareWithDeclared(members);
  const lines = members.map(({ text, method }) =>
    method ? `export function ${text}` : `export const ${text.replace(/^readonly /, '')}`,
  );
  return `// Exports of the raw module; addresses are those of its linear memory.\n${lines.join('\n')}\n`;
}

/** `websocketpeer.d.ts`: what the glue of `target` exports. */
export function codecDeclarations(target) {
  const parts = [];
  let constants = '';
  for (const name of SOURCES) {
    const { source, statements } = statementsOf(name);
    for (const statement of statements.filter(isKept)) parts.push(statement.getFullText(source).trim());
    const codec = statements.find((statement) => nameOf(statement) === 'Codec');
    if (codec === undefined) continue;
    constants = VALUES.map(
      (value) => `${docsOf(source, codec, value)}export declare const ${value}: Codec['${value}'];`,
    ).join('\n');
  }
  const initialisers = target === 'web' ? [webDeclarations()] : [];
  return `// The codec of websocketpeer by itself: frames, masks, UTF-8.\n${[...parts, constants, ...initialisers].join('\n')}\n`;
}

function webDeclarations() {
  const members = coreExports().map(({ text }) => `    ${text}`);
  const template = readFileSync(fromRoot('scripts', 'pkg', 'web.d.ts'), 'utf8');
  return `/** The raw module's exports. */\nexport interface InitOutput {\n${members.join('\n')}\n}\n${template.trim()}`;
}
