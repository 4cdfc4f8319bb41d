// Generator of the tables in SECURITY.md: the classes of attacks in test/attacks/classes.ts with what their tests show,
// taken from the tests' titles, and the limits among the settings. It fails when a class lacks a test.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { importBundled } from './bundled.mjs';
import { BuildError, fromRoot, listFiles, shortPath } from './files.mjs';
import { limitRows, settingNames } from './settings-page.mjs';

const PAGE = fromRoot('SECURITY.md');
const VITEST = fromRoot('node_modules', 'vitest', 'vitest.mjs');
/** What every file with tests of attacks imports. */
const REGISTRATION = 'helpers/attack.js';

/** Titles of all tests of attacks, as vitest lists them. */
function titles() {
  const files = listFiles(fromRoot('test'), (path) => path.endsWith('.test.ts'));
  const attacks = files.filter((path) => readFileSync(path, 'utf8').includes(REGISTRATION)).map(shortPath);
  // Not isolated: what the files have in common is loaded once.
  const options = ['--json', '--no-isolate', '--maxWorkers=1', '--project=unit'];
  const { status, stdout, stderr } = spawnSync(process.execPath, [VITEST, 'list', ...options, ...attacks], {
    cwd: fromRoot(),
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new BuildError(`vitest can't list the tests of attacks:\n${stderr || stdout}`);
  const begin = stdout.search(/^\[/m);
  return JSON.parse(stdout.slice(begin)).map(({ name }) => name);
}

/** The parts of the titles `<class>: <role>: <kind>: <what is shown>` and `<class>: growth: <what is shown>`. */
export function parsed(names, classes) {
  return names.flatMap((name) => {
    const id = Object.keys(classes).find((one) => name.startsWith(`${one}: `));
    const [role, ...rest] = id === undefined ? [] : name.slice(id.length + 2).split(': ');
    if (role === 'growth') return [{ id, role, kind: '', shown: rest.join(': ') }];
    if (role !== 'server' && role !== 'client') return [];
    return [{ id, role, kind: rest[0], shown: rest.slice(1).join(': ') }];
  });
}

const ROLES = [
  ['server', 'servers', 'SERVERS'],
  ['client', 'clients', 'CLIENTS'],
];

/** What a class lacks: tests, in `tests`, and reasons. */
function lacks(id, entry, tests, kindsOf) {
  const own = tests.filter((one) => one.id === id);
  const missing = ROLES.flatMap(([role, roles]) =>
    entry[roles].kinds
      .filter((kind) => !own.some((one) => one.role === role && one.kind === kind))
      .map((kind) => `"${id}: ${role}: ${kind}: …"`),
  );
  if (entry.grows && !own.some(({ role }) => role === 'growth')) missing.push(`"${id}: growth: …"`);
  const unexplained = ROLES.filter(
    ([, roles, all]) => entry[roles].kinds.length < kindsOf[all].length && entry[roles].because === '',
  ).map(([role]) => `no reason why not every ${role} is concerned by "${id}"`);
  return { missing, unexplained };
}

/** All faults of the table, as lines. `kindsOf` has the lists SERVERS and CLIENTS of classes.ts. */
export function faultsOf(classes, tests, settings, kindsOf) {
  return Object.entries(classes).flatMap(([id, entry]) => {
    const { missing, unexplained } = lacks(id, entry, tests, kindsOf);
    const faults = unexplained.map((what) => `there is ${what}`);
    for (const name of entry.settings) {
      if (!settings.includes(name)) faults.push(`"${id}" names the setting ${name}, which does not exist`);
    }
    faults.push(...missing.map((title) => `there is no test ${title}`));
    const strange = tests.filter((one) => one.id === id && !isConcerned(one, entry));
    return [...faults, ...strange.map(({ role, kind }) => `a test "${id}: ${role}: ${kind}: …" is not listed for it`)];
  });
}

function isConcerned({ role, kind }, entry) {
  if (role === 'growth') return entry.grows === true;
  return (role === 'server' ? entry.servers : entry.clients).kinds.includes(kind);
}

const code = (text) => `\`${text}\``;
/** Text in a cell of a table. */
const cell = (text) => text.replaceAll('|', '\\|');

function scopeText({ kinds, because }, all, noun) {
  if (kinds.length === all.length) return `all ${noun}`;
  return `${kinds.length === 0 ? `no ${noun}` : kinds.map(code).join(', ')} (${because})`;
}

/** What the tests of a class show, each thing once. */
function shownText(id, tests) {
  const own = tests.filter((one) => one.id === id);
  const growth = own.filter(({ role }) => role === 'growth').length;
  const shown = [...new Set(own.filter(({ role }) => role !== 'growth').map((one) => one.shown))];
  if (growth > 0) shown.push(`the cost is linear (${growth} tests of growth)`);
  return shown.join('; ');
}

function attackTable(classes, tests, { SERVERS, CLIENTS }) {
  const rows = Object.entries(classes).map(([id, entry]) => {
    const where = `${scopeText(entry.servers, SERVERS, 'servers')}; ${scopeText(entry.clients, CLIENTS, 'clients')}`;
    const bound = [entry.limit, ...entry.settings.map(code)].join('; ');
    const errors = entry.errors
      .filter((error) => error !== '…')
      .map(code)
      .join('; ');
    return [id, entry.exploitedIn, bound, errors, where, shownText(id, tests)];
  });
  const header = ['class', 'exploited in', 'what bounds it here; settings', 'reported', 'where', 'what the tests show'];
  return tableOf(header, rows);
}

function tableOf(header, rows) {
  const line = (cells) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(header), `|${'---|'.repeat(header.length)}`, ...rows.map(line)].join('\n');
}

async function limitTable() {
  const rows = (await limitRows()).map(([name, value, reason]) => [code(name), value, reason]);
  return tableOf(['setting', 'at start', 'why this value'], rows);
}

/** `page` with `text` between the markers called `name`. */
function between(page, name, text) {
  const [begin, end] = [`<!-- ${name}: made by npm run docs -->`, `<!-- end of ${name} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new BuildError(`${shortPath(PAGE)} lacks the markers "${begin}" and "${end}"`);
  return `${page.slice(0, from + begin.length)}\n${text}\n${page.slice(to)}`;
}

export async function securityPage() {
  const source = fromRoot('test', 'attacks', 'classes.ts');
  const { ATTACKS, ...kindsOf } = await importBundled(`export * from ${JSON.stringify(source)};`);
  const tests = parsed(titles(), ATTACKS);
  const faults = faultsOf(ATTACKS, tests, await settingNames(), kindsOf);
  if (faults.length > 0) throw new BuildError(`${shortPath(source)}: ${faults.length} faults\n${faults.join('\n')}`);
  const page = between(readFileSync(PAGE, 'utf8'), 'limits', await limitTable());
  return between(page, 'attacks', attackTable(ATTACKS, tests, kindsOf));
}
