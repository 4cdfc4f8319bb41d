// The reference that is made from the doc comments: every page, and where its links lead.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { differingFiles, writeWhole } from '../../scripts/lib/files.mjs';
import { readFacts } from '../../scripts/lib/reference-facts.mjs';
import { gapsOf, loadTypedoc, readModel } from '../../scripts/lib/reference-model.mjs';
import { pagesOf } from '../../scripts/lib/reference-pages.mjs';
import { DIFFERENCES } from '../api/differences.js';
import { anchorsIn, linksIn } from '../helpers/links.js';

const isInstalled = existsSync(new URL('../../tools/node_modules/typedoc', import.meta.url));

const ENGINES = ['babylon', 'excalibur', 'phaser', 'pixi', 'playcanvas', 'three'];

let gaps: string[];
let pages: Map<string, string>;
let facts: Awaited<ReturnType<typeof readFacts>>;

describe.skipIf(!isInstalled)('the reference (needs tools/, which `npm run check` installs)', () => {
  beforeAll(async () => {
    const typedoc = await loadTypedoc();
    const model = await readModel(typedoc);
    gaps = gapsOf(model, typedoc);
    facts = await readFacts();
    pages = pagesOf(model, typedoc, facts);
  });

  const page = (name: string): string => pages.get(`websocketpeer/${name}.md`) ?? '';
  const names = (text: string, title: string): string[] => {
    const [, section = ''] = text.split(`\n## ${title}\n`);
    return [...section.split('\n## ')[0].matchAll(/^### (.+)$/gm)].map(([, name]) => name);
  };

  it('leaves nothing out that scripts can see', () => {
    expect(gaps).toEqual([]);
  });

  it('tells of a class what it adds, parts of its source included, and nothing of the class above', () => {
    const text = page('WebSocketPeer');
    expect(text).toMatch(
      /^# WebSocketPeer\n\n.+\n\n\*\*Inherits:\*\* \[PacketPeer\]\(PacketPeer\.md\) < \[RefCounted\]/,
    );
    expect(names(text, 'Property descriptions')).toContain('inbound_buffer_size');
    const methods = names(text, 'Method descriptions');
    expect(methods).toEqual(expect.arrayContaining(['connect_to_url', 'send', 'poll', 'close']));
    expect(methods).toEqual([...methods].sort());
    const properties = names(text, 'Property descriptions');
    for (const name of ['get_inbound_buffer_size', 'set_inbound_buffer_size', 'activity', 'STATE_OPEN']) {
      expect(properties).not.toContain(name);
    }
    for (const name of ['put_packet', 'get_inbound_buffer_size', '[CLASS_INFO]', 'signals', 'constructor']) {
      expect(methods).not.toContain(name);
    }
    expect(names(page('PacketPeer'), 'Method descriptions')).toContain('put_packet');
    expect(page('PacketPeer')).toContain('[WebSocketPeer](WebSocketPeer.md)');
    expect(pages.get('websocketpeer-variant/Dictionary.md')).toContain("**Inherits:** JavaScript's `Map`");
    expect(pages.get('websocketpeer-variant/Dictionary.md')).not.toMatch(/forEach|### set/);
    expect(page('GodotObject')).not.toContain('**Inherits:**');
  });

  it("writes signatures in the source's words, with defaults as values", () => {
    const text = page('WebSocketPeer');
    expect(text).toContain("```ts\nclose(code: int32 = 1000, reason: string = ''): void\n```");
    expect(text).toContain('```ts\nget_close_code(): int32 // const\n```');
    expect(text).toContain('```ts\ninbound_buffer_size: int32\n```');
    expect(text).toContain('Also by the methods `get_inbound_buffer_size` and `set_inbound_buffer_size`.');
    expect(page('Crypto')).toContain("issuer_name: string = 'CN=myserver,O=myorganisation,C=IT'");
    expect(page('TLSOptions')).toContain('```ts\nstatic client(trusted_chain: X509Certificate | null = null, ');
  });

  it('lists enumerations, signals and additions', () => {
    const text = page('WebSocketPeer');
    expect(text).toMatch(
      /### WriteMode\n\n.*\n.*\n\| `0` \| `WRITE_MODE_TEXT` \| .+ \|\n\| `1` \| `WRITE_MODE_BINARY` \|/,
    );
    expect(text).toMatch(/## Signals\n\n### activity\n\n```ts\nactivity\(\)\n```\n\n\*\*Addition:\*\*/);
    expect(names(page('SceneMultiplayer'), 'Signals')).not.toContain('peer_connected');
    expect(names(page('MultiplayerAPI'), 'Signals')).toContain('peer_connected');
    expect(text).not.toContain('### STATE_OPEN');
    expect(text.split('### close\n')[1].split('\n### ')[0]).not.toContain('**Addition:**');
  });

  it('has a page for each entry, with the values that belong to no class', () => {
    const entries = [...pages.keys()].filter((path) => path.endsWith('README.md'));
    expect(entries.sort()).toEqual([
      'README.md',
      ...ENGINES.map((engine) => `websocketpeer-adapters-${engine}/README.md`),
      'websocketpeer-bufferutil/README.md',
      'websocketpeer-cluster/README.md',
      'websocketpeer-codec/README.md',
      'websocketpeer-extension/README.md',
      'websocketpeer-godot3-scene/README.md',
      'websocketpeer-godot3/README.md',
      'websocketpeer-scene/README.md',
      'websocketpeer-streams/README.md',
      'websocketpeer-utf-8-validate/README.md',
      'websocketpeer-variant/README.md',
      'websocketpeer-worker/README.md',
      'websocketpeer/README.md',
    ]);
    expect(page('README')).toContain('| `31` | `ERR_INVALID_PARAMETER` |');
    expect(page('README')).toContain('### set_error_handler');
  });

  it('gives the values of properties in fresh objects, with the names of those of enumerations', () => {
    const rows: [name: string, row: string][] = [
      ['WebSocketPeer', '| `int32` | [inbound_buffer_size](#inbound_buffer_size) | `65535` |'],
      ['WebSocketSettings', '| `float` | [close_timeout](#close_timeout) *addition* | `10` |'],
      ['PacketPeer', '| `int32` | [encode_buffer_max_size](#encode_buffer_max_size) | `8388608` |'],
      ['MultiplayerPeer', '[transfer_mode](#transfer_mode) | `TRANSFER_MODE_RELIABLE` |'],
      ['SceneMultiplayer', '| `AuthCallback \\| null` | [auth_callback](#auth_callback) | `null` |'],
    ];
    for (const [name, row] of rows) expect(page(name)).toContain(row);
    const [, ofWorker] = /\[hidden_policy\]\(#hidden_policy\) \| (.*) \|/.exec(
      pages.get('websocketpeer-worker/WorkerWebSocketPeer.md') ?? '',
    ) as RegExpExecArray;
    expect(ofWorker).toBe('`0`');
  });

  it('says of a setting what its table knows', () => {
    const [, text] = page('WebSocketPeer').split('\n### max_queued_packets\n');
    expect(text.split('\n### ')[0]).toContain(
      '*unit: packets · at start: 4096 (profile 4.3: 2048) · least: 1 · takes effect: when open · works: everywhere*',
    );
  });

  const isMarked = (name: string): boolean =>
    new RegExp(`\\]\\(#${name}\\).*\\*[a-z, -]*note on pages\\*`).test(page('WebSocketPeer'));

  it('marks in the tables what is missing or different in a page', () => {
    expect([isMarked('accept_stream'), isMarked('poll')]).toEqual([true, false]);
  });

  it('has a note on pages at every list of members', () => {
    const lists = [...page('GodotObject').matchAll(/\]\(#(get_\w+_list)\).*/g)].filter(
      ([, name]) => !/meta|connection/.test(name),
    );
    expect(lists.map(([, name]) => name)).toEqual(['get_method_list', 'get_property_list', 'get_signal_list']);
    for (const [row] of lists) expect(row).toContain('note on pages');
  });

  it('has a note on pages wherever the table of settings says that a setting does not work there', () => {
    const silent = [...facts.settings].filter(
      ([name, { concerns }]) => ['server', 'sockets'].includes(concerns) !== isMarked(name),
    );
    expect(silent.map(([name]) => name)).toEqual([]);
  });

  it('has a note on pages wherever the API suite has another answer for pages', () => {
    const differing = DIFFERENCES.filter(({ columns }) => columns.includes('page') && !columns.includes('TCP'));
    const calls = new Set(differing.flatMap((one) => one.calls.map((call) => call.split('(')[0])));
    expect(calls.size).toBeGreaterThan(4);
    expect([...calls].filter((name) => !isMarked(name))).toEqual([]);
  });

  it('links names to where they are described, those of classes above included, but none to itself', () => {
    const text = page('WebSocketPeer');
    expect(text).toContain('[`connect_to_url`](#connect_to_url)');
    expect(text).toContain('[TCPServer](TCPServer.md)');
    expect(text.split('\n### poll\n')[1].split('\n### ')[0]).not.toContain('(#poll)');
    expect(page('WebSocketMultiplayerPeer')).toContain('](MultiplayerPeer.md#');
  });

  const anchorsOf = (text = ''): string[] => anchorsIn(text).map((anchor) => `#${anchor}`);

  it('has links that lead somewhere', () => {
    const leads = (target: string, path: string): boolean => {
      const { pathname, hash } = new URL(target, `file:///docs/api/${path}`);
      const name = pathname.replace('/docs/api/', '');
      if (pages.has(name)) return hash === '' || anchorsOf(pages.get(name)).includes(hash);
      return (
        hash === '' && !pathname.startsWith('/docs/api/') && existsSync(new URL(`../..${pathname}`, import.meta.url))
      );
    };
    const dead = [...pages].flatMap(([path, text]) =>
      linksIn(text)
        .filter((target) => !leads(target, path))
        .map((target) => `${path}: ${target}`),
    );
    expect(dead).toEqual([]);
  });

  it('lists in its tables whatever it describes below them', () => {
    const unlisted: string[] = [];
    for (const [path, text] of pages) {
      const [tables, ...described] = text.split(/\n## (?:Property|Method) descriptions\n/);
      if (described.length === 0) continue;
      const links = linksIn(tables);
      const above = anchorsOf(tables).length;
      const anchors = anchorsOf(text).slice(above);
      const members = anchors.filter((anchor) => !/^#(property|method)-descriptions$/.test(anchor));
      unlisted.push(...members.filter((anchor) => !links.includes(anchor)).map((anchor) => `${path}: ${anchor}`));
    }
    expect(unlisted).toEqual([]);
  });

  it('is compared file by file with the one in the tree', () => {
    const folder = mkdtempSync(join(tmpdir(), 'reference-'));
    try {
      for (const [path, text] of pages) writeWhole(join(folder, path), text);
      expect(differingFiles(folder, pages)).toEqual([]);
      writeWhole(join(folder, 'README.md'), 'old');
      writeWhole(join(folder, 'websocketpeer', 'Gone.md'), 'gone');
      rmSync(join(folder, 'websocketpeer', 'Crypto.md'));
      expect(differingFiles(folder, pages)).toEqual(['README.md', 'websocketpeer/Crypto.md', 'websocketpeer/Gone.md']);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
