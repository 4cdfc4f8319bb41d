// All pages of the documentation: every program in them is run by a test, fragments are at least well-formed, links and
// anchors lead somewhere, and docs/README.md lists every page.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { anchorsIn, linksIn } from '../helpers/links.js';
import { fromRoot } from '../helpers/programs.js';

const LANGUAGES = ['js', 'mjs', 'cjs', 'jsx', 'ts', 'mts', 'tsx', 'javascript', 'typescript'];
/** What may stand behind the language: a program, a part of one, or the name of the file that a test pastes it into. */
const MARK = /^(run|fragment|[\w./-]+\.[cm]?[jt]sx?)$/;

/** Commands that would fetch the package by its name. */
const UNPUBLISHED =
  /\b(npx|bunx|(npm|pnpm|yarn|bun) (create|init|dlx|i|install|add))( [^'"`]*)? websocketpeer(@\S+)?( |$)/;

interface Block {
  readonly line: number;
  /** What stands behind the fence, word by word. */
  readonly words: readonly string[];
  readonly code: string;
}

function filesBelow(folder: string, isWanted: (path: string) => boolean): string[] {
  return readdirSync(fromRoot(folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(fromRoot(''), join(parentPath, name)).replaceAll('\\', '/'))
    .filter(isWanted)
    .sort();
}

const textOf = (path: string): string => readFileSync(fromRoot(path), 'utf8');
const within = (path: string, ...folders: string[]): boolean => folders.some((folder) => path.startsWith(`${folder}/`));

const pages = filesBelow('docs', (path) => path.endsWith('.md') && !within(path, 'docs/api'));
const fronts = readdirSync(fromRoot('')).filter((name) => name.endsWith('.md'));
const withPrograms = ['README.md', 'SECURITY.md', ...pages].filter((page) => !within(page, 'docs/decisions'));
const withLinks = [...fronts, ...pages, 'examples/engines/README.md'];

/** The fenced blocks of a page, also those in lists. */
function blocksIn(text: string): Block[] {
  return [...text.matchAll(/^( *)(`{3,})([^`\n]*)\n([\s\S]*?)^\1\2 *$/gm)].map(({ index, 3: head, 4: code }) => ({
    line: text.slice(0, index).split('\n').length,
    words: head.trim().split(/\s+/),
    code,
  }));
}

const scriptsIn = (page: string): Block[] =>
  blocksIn(textOf(page)).filter(({ words: [language] }) => LANGUAGES.includes(language.toLowerCase()));

/** What is wrong with the syntax of a fragment, which may be the inside of an async function. */
function faultsOf({ words: [language], code }: Block): string[] {
  const faults = faultsOfText(language, code);
  const isInside = faults.length > 0 && faultsOfText(language, `async () => {\n${code}\n}`).length === 0;
  return isInside ? [] : faults;
}

function faultsOfText(language: string, code: string): string[] {
  const { diagnostics = [] } = ts.transpileModule(code, {
    fileName: `fragment.${language}`,
    reportDiagnostics: true,
    compilerOptions: { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext, allowJs: true },
  });
  return diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}

/** Tests that name a page, as a whole or as one of its folder, or that are called after it in this folder. */
function testsOf(page: string): string[] {
  const stem = basename(page, '.md').toLowerCase();
  const own = [page.toLowerCase().replace('.md', '.test.ts'), `docs/${stem}.test.ts`].map((path) => `test/${path}`);
  const names = (text: string): boolean =>
    text.includes(page) || (text.includes(`${dirname(page)}/$`) && text.includes(`'${stem}'`));
  return tests.filter((path) => own.includes(path) || (path !== SELF && names(textOf(path))));
}
const SELF = 'test/docs/pages.test.ts';
const tests = filesBelow('test', (path) => path.endsWith('.test.ts') && !path.includes('node_modules'));

describe('programs in the documentation', () => {
  it.each(withPrograms)('%s marks each of them as run, or as a fragment', (page) => {
    const unmarked = scriptsIn(page).filter(({ words: [, mark = ''] }) => !MARK.test(mark));
    expect(unmarked.map(({ line, words }) => `${page}:${line}: ${words.join(' ')}`)).toEqual([]);
  });

  it.each(withPrograms.filter((page) => scriptsIn(page).some(({ words: [, mark] }) => mark !== 'fragment')))(
    '%s has a test of its name, or one that names it',
    (page) => {
      expect(testsOf(page)).not.toEqual([]);
    },
  );

  it.each(withPrograms)('%s has well-formed fragments', (page) => {
    const fragments = scriptsIn(page).filter(({ words: [, mark] }) => mark === 'fragment');
    const faults = fragments.flatMap((each) => faultsOf(each).map((fault) => `${page}:${each.line}: ${fault}`));
    expect(faults).toEqual([]);
  });

  it.each(withLinks)('%s neither installs nor runs a name that is not published', (page) => {
    const lines = blocksIn(textOf(page)).flatMap(({ code }) => code.replace(/ #.*/g, '').split('\n'));
    expect(lines.filter((line) => UNPUBLISHED.test(line))).toEqual([]);
  });
});

/** What is wrong with a link of `page`; null: nothing. */
function faultOfLink(page: string, target: string): string | null {
  const [path, anchor] = target.split('#');
  const file = path === '' ? page : join(dirname(page), decodeURI(path)).replaceAll('\\', '/').replace(/\/$/, '');
  if (file.startsWith('..') || !existsSync(fromRoot(file))) return `${page}: ${target}: there is no ${file}`;
  if (anchor === undefined || anchorsIn(textOf(file)).includes(anchor)) return null;
  return `${page}: ${target}: ${file} has no such heading`;
}

describe('links in the documentation', () => {
  it.each(withLinks)('%s has none that lead nowhere', (page) => {
    const faults = linksIn(textOf(page)).map((target) => faultOfLink(page, target));
    expect(faults.filter((fault) => fault !== null)).toEqual([]);
  });

  it('docs/README.md leads to every page', () => {
    const listed = linksIn(textOf('docs/README.md')).map((target) => join('docs', target).replaceAll('\\', '/'));
    expect(pages.filter((page) => page !== 'docs/README.md' && !listed.includes(page))).toEqual([]);
  });
});
