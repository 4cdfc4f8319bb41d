// The rules of the tree, each with a tree that breaks it.
import { describe, expect, it } from 'vitest';
import { checkFiles, untestedFiles, unusedGrants, WITHOUT_LOGIC } from '../../scripts/check-tree.mjs';

type Tree = Record<string, string>;

const filesOf = (tree: Tree): Map<string, string> =>
  new Map(Object.entries(tree).map(([path, text]) => [path, `// Opens well.\n${text}\n`]));

const complaintsAbout = (tree: Tree): string[] => checkFiles(filesOf(tree));

const KEPT: [string, Tree][] = [
  ['godot4 sees the layers below it', { 'host/godot4/a.ts': "import '../protocol/b.js';\nimport '#platform';" }],
  ['the protocol sees the seam', { 'host/protocol/a.ts': "import type { B } from '../transport/byte-stream.js';" }],
  ['the codec sees the shared page', { 'host/codec/a.ts': "import { B } from '../../assembly/abi.js';" }],
  ['a class sees what all transports share', { 'host/godot4/a.ts': "import '../transport/b.js';" }],
  ['a transport of Node sees Node', { 'host/transport/node/a.ts': "import 'node:net';\nimport './b.js';" }],
  ['the command sees Node and itself', { 'host/command/a.ts': "import 'node:net';\nimport './b/c.js';" }],
  ['an adapter with a base class of its engine sees it', { 'host/adapters/excalibur.ts': "import 'excalibur';" }],
  [
    'the file that a package is bundled for sees it',
    { 'host/transport/node/elliptic-curves.ts': "import '@noble/curves/nist.js';" },
  ],
  [
    'a file may load the packages that it is named for, when it needs them',
    { 'host/cluster/nats-client.ts': "export const a = () => import('@nats-io/kv');" },
  ],
  ['an example sees the package', { 'examples/a.mjs': "import 'websocketpeer';\nimport 'node:fs';" }],
];

const BROKEN: [string, Tree, string][] = [
  [
    'the codec sees no protocol',
    { 'host/codec/a.ts': "import '../protocol/b.js';" },
    'host/codec/a.ts:2: "../protocol/b.js"',
  ],
  ['the protocol sees no class', { 'host/protocol/a.ts': "import '../godot4/b.js';" }, 'host/protocol/a.ts:2:'],
  ['the core sees nothing else', { 'assembly/a.ts': "import '../host/b';" }, 'assembly/a.ts:2:'],
  ['the host sees one page of the core', { 'host/codec/a.ts': "import '../../assembly/mask.js';" }, 'assembly/abi.ts'],
  [
    'no class names a transport',
    { 'host/godot4/a.ts': "import '../transport/node/b.js';" },
    'reached through #platform',
  ],
  ['the command sees no class', { 'host/command/a.ts': "import '../godot4/b.js';" }, 'nothing outside itself'],
  ['nothing needs the command', { 'host/b.ts': "import './command/c.js';" }, 'nothing needs the command'],
  ['the entry names no transport', { 'host/b.ts': "import './transport/node/b.js';" }, 'reached through #platform'],
  [
    'nor does what all transports share',
    { 'host/transport/a.ts': "import './node/b.js';" },
    'reached through #platform',
  ],
  [
    'the protocol sees interfaces only',
    { 'host/protocol/a.ts': "import '../transport/b.js';" },
    'host/protocol/ may import',
  ],
  [
    'Node stays behind the seam',
    { 'host/protocol/a.ts': "import { b } from 'node:net';" },
    'host/transport/node/ only',
  ],
  ['types of Node too', { 'host/godot4/a.ts': "import type { B } from 'node:net';" }, 'host/transport/node/ only'],
  ['nor by a call', { 'host/godot4/a.ts': "export const b = import('node:net');" }, 'host/transport/node/ only'],
  ['#platform is for the classes', { 'host/protocol/a.ts': "import { b } from '#platform';" }, '#platform is for'],
  ['nobody imports an entry', { 'host/godot4/a.ts': "import '../index.js';" }, 'entry files are imported by nobody'],
  ['no dependency at run time', { 'host/codec/a.ts': "import 'ws';" }, 'no run-time dependency'],
  [
    'which are not imported at once',
    { 'host/cluster/nats-client.ts': "import { Kvm } from '@nats-io/kv';" },
    'no run-time dependency',
  ],
  [
    'nor for their types, which would be published',
    { 'host/cluster/nats-client.ts': "import type { Kvm } from '@nats-io/kv';" },
    'no run-time dependency',
  ],
  [
    'nor loaded by other files',
    { 'host/cluster/nats-broker.ts': "export const a = () => import('@nats-io/kv');" },
    'no run-time dependency',
  ],
  [
    'a bundled package is for the files that it is named for',
    { 'host/transport/node/a.ts': "import '@noble/curves/nist.js';" },
    '@noble/curves is bundled for host/transport/node/elliptic-curves.ts only',
  ],
  [
    'one with a name that begins alike is none',
    { 'host/transport/node/elliptic-curves.ts': "import '@noble/curves-of-others/nist.js';" },
    'no run-time dependency',
  ],
  ['an adapter sees no other engine', { 'host/adapters/excalibur.ts': "import 'phaser';" }, 'no run-time dependency'],
  ['an adapter sees no class', { 'host/adapters/a.ts': "import '../godot4/b.js';" }, 'nothing outside itself'],
  ['examples see no sources', { 'examples/a.mjs': "import '../host/index.js';" }, 'examples/a.mjs:2:'],
  [
    'no cycles',
    {
      'host/codec/a.ts': "import './b.js';",
      'host/codec/b.ts': "import './c.js';",
      'host/codec/c.ts': "import './a.js';",
    },
    'cycle: host/codec/a.ts -> host/codec/b.ts -> host/codec/c.ts -> host/codec/a.ts',
  ],
  ['files have an end', { 'host/codec/a.ts': 'export {};\n'.repeat(400) }, 'the limit is '],
];

/** What is said while nobody uses the grant, and a tree that does. */
const UNUSED: [string, string, Tree][] = [
  [
    'a folder may see another, and does not',
    'host/codec/ may import assembly/abi.ts, and nothing there does',
    { 'host/codec/a.ts': "import { B } from '../../assembly/abi.js';" },
  ],
  [
    'a folder may see a seam between runtimes',
    'host/godot4/ may import #platform, and nothing there does',
    { 'host/godot4/a.ts': "import '#platform';" },
  ],
  [
    'all may see a file',
    'all may import host/bytes.ts, and nothing there does',
    { 'host/codec/a.ts': "import '../bytes.js';" },
  ],
  [
    'a folder may see Node',
    'host/transport/node/ may import node:, and nothing there does',
    { 'host/transport/node/a.ts': "import 'node:net';" },
  ],
  [
    'an adapter may see its engine',
    'host/adapters/excalibur.ts may import excalibur, and nothing there does',
    { 'host/adapters/excalibur.ts': "import 'excalibur';" },
  ],
  [
    'a file may see a package that is bundled for it',
    'host/transport/node/elliptic-curves.ts may import @noble/curves, and nothing there does',
    { 'host/transport/node/elliptic-curves.ts': "import '@noble/curves/nist.js';" },
  ],
  ['a folder that has rules is empty', 'host/codec/ holds no file', { 'host/codec/a.ts': '' }],
];

/** What the lists of exceptions name, so that nothing of it is said to be missing. */
const EXCEPTED: Tree = Object.fromEntries(WITHOUT_LOGIC.map((name) => [`host/protocol/${name}`, '']));

/** Protocol files and their tests, with the one complaint about them; null for none. */
const TESTS: [string, Tree, string | null][] = [
  ['a file with the test of its name', { 'host/protocol/a.ts': '', 'test/protocol/a.test.ts': '' }, null],
  ['a file with a test of part of it', { 'host/protocol/a.ts': '', 'test/protocol/a-closing.test.ts': '' }, null],
  ['a file of types alone', { 'host/protocol/session.ts': '' }, null],
  ['a file of another folder', { 'host/codec/a.ts': '' }, null],
  ['a file without a test', { 'host/protocol/a.ts': '' }, 'host/protocol/a.ts:1: has no tests of its name'],
  [
    'a test whose name only begins alike',
    { 'host/protocol/a.ts': '', 'test/protocol/ab.test.ts': '' },
    'host/protocol/a.ts:1: has no tests of its name, such as test/protocol/a.test.ts',
  ],
  [
    'a helper, which is no test',
    { 'host/protocol/a.ts': '', 'test/protocol/a-vectors.ts': '' },
    'host/protocol/a.ts:1: has no tests of its name',
  ],
  [
    'a test in another folder',
    { 'host/protocol/a.ts': '', 'test/a.test.ts': '' },
    'host/protocol/a.ts:1: has no tests of its name',
  ],
];

describe('the rules of the tree', () => {
  it.each(TESTS)('want tests for each protocol file: %s', (_, tree, complaint) => {
    const complaints = untestedFiles(filesOf({ ...EXCEPTED, ...tree }));
    expect(complaints).toEqual(complaint === null ? [] : [expect.stringContaining(complaint)]);
  });

  it('want no exceptions for files that are gone', () => {
    const { 'host/protocol/session.ts': _, ...rest } = EXCEPTED;
    expect(untestedFiles(filesOf(rest))).toEqual([
      'scripts/check-tree.mjs:1: host/protocol/session.ts is in a list, and does not exist',
    ]);
  });

  it.each(KEPT)('allow: %s', (_, tree) => {
    expect(complaintsAbout(tree)).toEqual([]);
  });

  it.each(BROKEN)('enforce: %s', (_, tree, complaint) => {
    const complaints = complaintsAbout(tree);
    expect(complaints).toHaveLength(1);
    expect(complaints[0]).toContain(complaint);
  });

  it.each(UNUSED)('say no more than is so: %s', (_, complaint, tree) => {
    const line = `scripts/check-tree.mjs:1: ${complaint}`;
    expect(unusedGrants(new Map())).toContain(line);
    expect(unusedGrants(filesOf(tree))).not.toContain(line);
  });

  it('enforce: a file opens with a comment', () => {
    expect(checkFiles(new Map([['host/codec/a.ts', 'export {};\n']]))).toEqual([
      'host/codec/a.ts:1: a file opens with what lives in it',
    ]);
  });
});
