// Results as text for a terminal. Losses are shown like wins.
import { formatShare, formatValue } from './format.mjs';
import { ratioOf, reachedOf, verdictOf, wordsOf } from './targets.mjs';

/** A generator that is busier than this, beside a server that is not, has set the pace. */
const BUSY = 0.9;

function cellOf(result, own, better, isOwn) {
  if (result === undefined) return '-';
  const text = `${formatValue(result.median)} (${formatValue(result.min)}..${formatValue(result.max)})`;
  if (isOwn || own === undefined) return text;
  return `${text} ${ratioOf(own, result, better).median.toFixed(2)}×`;
}

function row(cells, widths) {
  const padded = cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])));
  return padded.join('  ').trimEnd();
}

function tableOf(lines) {
  const columns = Math.max(...lines.map((cells) => cells.length));
  const widths = Array.from({ length: columns }, (_, i) => Math.max(...lines.map((cells) => (cells[i] ?? '').length)));
  return lines.map((cells) => row(cells, widths));
}

/** Names of all contestants of a suite, in order of appearance. */
export function namesOf(cases) {
  return [...new Set(cases.flatMap(({ results }) => Object.keys(results)))];
}

/** Whether the load generator, not the contestant, set the pace. */
export function isHeldBack({ cpu }) {
  return cpu?.load != null && cpu.server != null && cpu.load >= BUSY && cpu.server < BUSY;
}

function sharesOf({ cases }) {
  const lines = cases.flatMap(({ label, results }) => {
    const shares = Object.entries(results).filter(([, { cpu }]) => cpu !== undefined);
    if (shares.length === 0) return [];
    const each = shares.map(([name, result]) => {
      const { server, load } = result.cpu;
      return `${name} ${formatShare(server)}/${formatShare(load)}${isHeldBack(result) ? '*' : ''}`;
    });
    return [`    ${label}: ${each.join(', ')}`];
  });
  if (lines.length === 0) return [];
  return ['  processor time, contestant/load generator, of one core (*: the generator set the pace)', ...lines];
}

function targetsOf({ cases, unit }) {
  const lines = cases.flatMap(({ label, targets, unit: own = unit }) =>
    targets.map((target) => [`    ${label}:`, wordsOf(target, own), reachedOf(target, own), verdictOf(target)]),
  );
  return lines.length === 0 ? [] : ['  targets', ...tableOf(lines)];
}

function failuresOf({ cases }) {
  return cases.flatMap(({ label, failures }) =>
    Object.entries(failures).map(([name, reason]) => `  ${label}: ${name} is out: ${reason}`),
  );
}

/** One suite as tables for the terminal. */
export function formatSuite(suite) {
  const { title, about, cases, unit, better, seconds } = suite;
  const groups = new Map();
  for (const one of cases) {
    const key = namesOf([one]).join('\n');
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const tables = [...groups.values()].flatMap((group) => {
    const names = namesOf(group);
    const head = ['', ...names];
    const body = group.map((one) => {
      const kind = one.better ?? better;
      const own = one.results[names[0]];
      const cells = names.map((name, i) => cellOf(one.results[name], own, kind, i === 0));
      return [`${one.label}${one.unit === undefined ? '' : ` [${one.unit}]`}`, ...cells];
    });
    return tableOf([head, ...body]).map((line) => `  ${line}`);
  });
  return [
    `${title}: ${unit}, ${better} is better; median (least..greatest), how many times better the first is`,
    ...tables,
    ...failuresOf(suite),
    ...targetsOf(suite),
    ...sharesOf(suite),
    `  ${about} (${seconds} s)`,
  ].join('\n');
}

/** All targets of a run in one line, and those that were missed. */
export function formatVerdict(suites) {
  const all = suites.flatMap(({ title, cases, unit }) =>
    cases.flatMap(({ label, targets, unit: own = unit }) =>
      targets.map((target) => ({ target, where: `${title}, ${label}`, unit: own })),
    ),
  );
  const having = (met) => all.filter(({ target }) => target.met === met);
  const missed = having(false).map(({ target, where, unit }) => {
    return `  missed: ${where}: ${wordsOf(target, unit)}, reached ${reachedOf(target, unit)}`;
  });
  const counts = `targets: ${having(true).length} met, ${missed.length} missed, ${having(null).length} not measured`;
  return [counts, ...missed].join('\n');
}
