// The declarations in strangers' projects, checked as TypeScript does unless told otherwise (`skipLibCheck` off): with and
// without the DOM's and Node's types, on old and new libraries, by both ways of resolving, lax and strict.
// Only what is the package's is looked at: checking the other declarations would take most of the time.
import { cpSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type FreshProject, isBuilt, ROOT, useFreshProject } from '../runtimes/fresh-project.js';
import { fromRuntimes } from '../runtimes/install.js';

type TypeScript = typeof import('typescript');

const { exports } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { exports: Record<string, unknown> };
/** Engines bring declarations of their own, which are not ours to check. */
const ENTRIES = Object.keys(exports)
  .filter((entry) => !/\.(json|wasm)$|excalibur|playcanvas/.test(entry))
  .map((entry) => entry.replace('.', 'websocketpeer'));

const GAME = `
  ${ENTRIES.map((entry, index) => `import * as entry${index} from '${entry}';`).join('\n')}
  import { type GodotError, OK, StreamPeerBuffer, TCPServer, WebSocketPeer } from 'websocketpeer';
  import { type DecoderEvent, MessageDecoder } from 'websocketpeer/codec';
  import { WebSocketClient } from 'websocketpeer/godot3';
  import { var_to_bytes, Vector3 } from 'websocketpeer/variant';
  const peer: WebSocketPeer = new WebSocketPeer();
  const result: GodotError = peer.connect_to_url('ws://127.0.0.1:9080');
  const packet: Uint8Array = peer.get_packet();
  const events: DecoderEvent[] = new MessageDecoder({ role: 'server' }).push(packet);
  const [error, bytes] = new StreamPeerBuffer().get_data(4);
  const view: Uint8Array = bytes;
  const variable: Uint8Array = var_to_bytes(new Vector3(1, 2, 3));
  new WebSocketClient().connect('connection_closed', (clean: boolean) => void clean);
  peer.connect('activity', () => peer.poll());
  export const game = [OK === result, new TCPServer().listen(0), events, error, view, variable];
  export const entries = [${ENTRIES.map((_, index) => `entry${index}`).join()}];`;

const MODULES = {
  bundler: { module: 'esnext', moduleResolution: 'bundler' },
  nodenext: { module: 'nodenext', moduleResolution: 'nodenext' },
};

const STRICTEST = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noFallthroughCasesInSwitch: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  allowUnreachableCode: false,
  isolatedModules: true,
  verbatimModuleSyntax: true,
};

const MANNERS = [
  { manner: 'lax, bundler, es2020', library: 'es2020', options: { strict: false, ...MODULES.bundler } },
  { manner: 'strict, nodenext, es2022', library: 'es2022', options: { strict: true, ...MODULES.nodenext } },
  { manner: 'strictest, bundler, es2022', library: 'es2022', options: { ...STRICTEST, ...MODULES.bundler } },
  { manner: 'strictest, nodenext, esnext', library: 'esnext', options: { ...STRICTEST, ...MODULES.nodenext } },
];

const PLACES = [
  { place: 'neither the DOM nor Node', libraries: [], types: [] },
  { place: 'the DOM', libraries: ['dom'], types: [] },
  { place: 'a worker', libraries: ['webworker'], types: [] },
  { place: 'Node', libraries: [], types: ['node'] },
  { place: 'both the DOM and Node', libraries: ['dom'], types: ['node'] },
];

const COMPILERS = [
  { compiler: 'TypeScript 5.9', load: async () => (await import('typescript')).default },
  {
    compiler: 'TypeScript 5.4',
    load: async () => (await fromRuntimes<{ default: TypeScript }>('typescript-5.4')).default,
  },
];

const CASES = COMPILERS.flatMap((one) =>
  MANNERS.flatMap((two) => PLACES.map((three) => ({ ...one, ...two, ...three }))),
);

/** What the compiler has to say of the program and of the package's declarations. */
function complaints(ts: TypeScript, project: FreshProject, json: Record<string, unknown>): string[] {
  const { options, errors } = ts.convertCompilerOptionsFromJson(json, project.directory);
  const program = ts.createProgram([project.path('game.mts')], options);
  const isOurs = ({ fileName }: { fileName: string }): boolean => /game\.mts$|\/websocketpeer\//.test(fileName);
  const ours = program.getSourceFiles().filter(isOurs);
  expect(ours.length).toBeGreaterThan(ENTRIES.length);
  const found = [...errors, ...program.getOptionsDiagnostics(), ...program.getGlobalDiagnostics()];
  for (const file of ours)
    found.push(...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file));
  return found.map(({ file, messageText }) => {
    return `${file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
}

describe.skipIf(!isBuilt)('declarations hold', () => {
  const project = useFreshProject((fresh) => {
    fresh.write('game.mts', GAME);
    for (const name of ['@types/node', 'undici-types']) {
      cpSync(`${ROOT}node_modules/${name}`, fresh.path(`node_modules/${name}`), { recursive: true });
    }
  });

  it.each(CASES)('in $compiler with $place ($manner)', async ({ load, options, library, libraries, types }) => {
    const lib = [library, ...libraries];
    const typeRoots = [project().path('node_modules/@types')];
    const all = { ...options, target: 'es2020', lib, types, typeRoots, noEmit: true, skipLibCheck: false };
    expect(complaints(await load(), project(), all)).toEqual([]);
  });
});
