// Rules for copying and transferring bytes: `slice` of a Node Buffer does not copy, so only host/bytes.ts copies; and
// memory is transferred in few places only, each with a private copy.
import ts from 'typescript';
import { BuildError, fromRoot, isMain, runMain, shortPath } from './lib/files.mjs';

const MAY_SLICE = ['host/codec/core.ts']; // copies from linear memory, which is never a Buffer
const MAY_TRANSFER = ['host/streams/message-port-stream.ts', 'host/worker/messages.ts', 'host/worker/worker-line.ts'];
const BYTES = ['Uint8Array', 'Buffer'];

/** Object and name of a method call; null for other calls. */
function methodOf(node) {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return null;
  return { target: node.expression.expression, name: node.expression.name.text };
}

function areBytes(type) {
  const types = type.isUnion() ? type.types : [type];
  return types.some(({ symbol }) => BYTES.includes(symbol?.name));
}

/** The rule that a call breaks, or null. */
function broken(node, path, checker) {
  const method = methodOf(node);
  if (method?.name === 'slice' && !MAY_SLICE.includes(path) && areBytes(checker.getTypeAtLocation(method.target)))
    return 'bytes are copied by ownedCopy of host/bytes.ts: slice of a Buffer is no copy';
  if (method?.name === 'postMessage' && node.arguments.length > 1 && !MAY_TRANSFER.includes(path))
    return `memory is given away in ${MAY_TRANSFER.join(', ')} only`;
  return null;
}

/** All violations as `file:line: rule`. `nameOf` returns a file's path from the root. */
export function checkProgram(program, nameOf = shortPath) {
  const checker = program.getTypeChecker();
  const complaints = [];
  for (const source of program.getSourceFiles()) {
    const path = nameOf(source.fileName);
    if (!path.startsWith('host/') || source.isDeclarationFile) continue;
    const visit = (node) => {
      const rule = broken(node, path, checker);
      const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
      if (rule !== null) complaints.push(`${path}:${line}: ${rule}`);
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return complaints;
}

export function checkCopies() {
  const config = ts.getParsedCommandLineOfConfigFile(fromRoot('tsconfig.json'), {}, ts.sys);
  const complaints = checkProgram(ts.createProgram(config.fileNames, config.options));
  if (complaints.length > 0) throw new BuildError(`${complaints.length} broken rules\n${complaints.join('\n')}`);
}

if (isMain(import.meta.url)) await runMain('check-copies', checkCopies);
