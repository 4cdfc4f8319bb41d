// The reference that is made from the doc comments: every page, and where its links lead.
import { existsSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { gapsOf, loadTypedoc, readModel } from '../../scripts/lib/reference-model.mjs';
import { pagesOf } from '../../scripts/lib/reference-pages.mjs';

const isInstalled = existsSync(new URL('../../tools/node_modules/typedoc', import.meta.url));

const ENGINES = ['babylon', 'excalibur', 'phaser', 'pixi', 'playcanvas', 'three'];

let gaps: string[];
let pages: Map<string, string>;

describe.skipIf(!isInstalled)('the reference (needs tools/, which `npm run check` installs)', () => {
  beforeAll(async () => {
    const typedoc = await loadTypedoc();
    const model = await readModel(typedoc);
    gaps = gapsOf(model, typedoc);
    pages = pagesOf(model, typedoc);
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
    expect(text).toMatch(/^# WebSocketPeer\n\n\*\*Inherits:\*\* \[PacketPeer\]\(PacketPeer\.md\) < \[RefCounted\]/);
    expect(names(text, 'Property descriptions')).toContain('inbound_buffer_size');
    const methods = names(text, 'Method descriptions');
    expect(methods).toEqual(expect.arrayContaining(['connect_to_url', 'send', 'poll', 'close']));
    expect(methods).toEqual([...methods].sort());
    for (const name of ['put_packet', 'get_inbound_buffer_size', '[CLASS_INFO]', 'signals', 'constructor']) {
      expect(methods).not.toContain(name);
    }
    expect(names(page('PacketPeer'), 'Method descriptions')).toContain('put_packet');
    expect(page('PacketPeer')).toContain('[WebSocketPeer](WebSocketPeer.md)');
    expect(pages.get('websocketpeer-variant/Dictionary.md')).toContain("**Inherits:** JavaScript's `Map`");
    expect(pages.get('websocketpeer-variant/Dictionary.md')).not.toMatch(/forEach|### set/);
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
      'websocketpeer-codec/README.md',
      'websocketpeer-extension/README.md',
      'websocketpeer-godot3/README.md',
      'websocketpeer-streams/README.md',
      'websocketpeer-variant/README.md',
      'websocketpeer-worker/README.md',
      'websocketpeer/README.md',
    ]);
    expect(page('README')).toContain('| `31` | `ERR_INVALID_PARAMETER` |');
    expect(page('README')).toContain('### set_error_handler');
  });

  it('has links that lead somewhere', () => {
    const dead: string[] = [];
    for (const [path, text] of pages) {
      const prose = text.replace(/```[\s\S]*?```/g, '').replace(/`[^`]*`/g, '');
      for (const [, target] of prose.matchAll(/\]\(([^)]+)\)/g)) {
        const { pathname, hash } = new URL(target, `file:///${path}`);
        const anchors = [...(pages.get(pathname.slice(1)) ?? '').matchAll(/^#+ (.+)$/gm)].map(
          ([, title]) => `#${title.toLowerCase()}`,
        );
        const isThere = pages.has(pathname.slice(1)) && (hash === '' || anchors.includes(hash));
        if (!isThere) dead.push(`${path}: ${target}`);
      }
    }
    expect(dead).toEqual([]);
  });
});
