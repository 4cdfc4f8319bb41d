// A run as a self-contained page: every suite with its chart, numbers and targets.
import { drawBars } from './charts/bars.mjs';
import { drawCurves } from './charts/curves.mjs';
import { CHART_STYLE, coloursFor, element, escapeText, isOwn, svg } from './charts/theme.mjs';
import { describeMachine, describeOptions, describeVersions } from './describe.mjs';
import { formatCost, formatShare, formatTimes, formatValue } from './format.mjs';
import { isHeldBack, namesOf } from './report.mjs';
import { ratioOf, reachedOf, verdictOf, wordsOf } from './targets.mjs';

const PAGE_STYLE = [
  'body{margin:0 auto;max-width:960px;padding:32px 20px 80px;background:var(--page);color:var(--ink);',
  'font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}',
  'h1{font-size:26px;margin:0 0 4px}h2{font-size:19px;margin:0 0 4px}p{margin:4px 0 12px}.soft,small{color:var(--soft)}',
  'section{background:var(--card);border:1px solid var(--edge);border-radius:12px;padding:20px;margin:20px 0}',
  'nav{display:flex;flex-wrap:wrap;gap:6px;margin:16px 0}nav a{color:var(--ink);text-decoration:none;font-size:13px;',
  'border:1px solid var(--edge);border-radius:99px;padding:3px 12px;background:var(--card)}',
  '.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:13px;margin:12px 0 4px}',
  'th,td{padding:5px 10px;text-align:right;border-bottom:1px solid var(--edge);white-space:nowrap;',
  'font-variant-numeric:tabular-nums}th:first-child,td:first-child{text-align:left}th{font-weight:600}',
  'td small{display:block;font-size:11px}.own{color:var(--own);font-weight:600}',
  '.met{color:var(--good);font-weight:600}.missed{color:var(--bad);font-weight:600}svg{width:100%;height:auto}',
].join('');

const cell = (name, content, kind = '') => `<${name}${kind === '' ? '' : ` class="${kind}"`}>${content}</${name}>`;
const table = (head, rows) => {
  const line = (cells) => `<tr>${cells.join('')}</tr>`;
  return `<div class="scroll"><table><thead>${line(head)}</thead><tbody>${rows.map(line).join('')}</tbody></table></div>`;
};

function drawing(suite) {
  const { cases, curve, title, unit, better } = suite;
  if (curve !== undefined) return drawCurves(suite, namesOf(cases));
  const longer = (kind) => (kind === 'higher' ? 'longer is better' : 'shorter is better');
  const groups = cases
    .filter(({ results }) => Object.keys(results).length > 0)
    .map((one) => ({ ...one, unit: `${one.unit ?? unit}, ${longer(one.better ?? better)}` }));
  const { markup, bottom } = drawBars(groups, 4, { left: 220, width: 900 });
  return svg(900, bottom, title, markup);
}

function resultCell(result, first, better) {
  if (result === undefined) return cell('td', '–');
  const { median, min, max, cpu } = result;
  const notes = [`${formatValue(min)}..${formatValue(max)}`];
  if (first !== result && first !== undefined) notes.push(formatTimes(ratioOf(first, result, better).median));
  if (cpu !== undefined) {
    notes.push(`cpu ${formatShare(cpu.server)}/${formatShare(cpu.load)}${isHeldBack(result) ? '*' : ''}`);
    notes.push(formatCost(result));
  }
  return cell('td', `${formatValue(median)}<small>${notes.join('<br>')}</small>`);
}

function numbers({ cases, unit, better }) {
  const names = namesOf(cases);
  const head = [
    cell('th', escapeText(unit)),
    ...names.map((name) => cell('th', escapeText(name), isOwn(name) ? 'own' : '')),
  ];
  const rows = cases.map(({ label, results, unit: own, better: kind = better }) => {
    const first = results[names[0]];
    const cells = names.map((name) => resultCell(results[name], first, kind));
    return [cell('td', escapeText(own === undefined ? label : `${label}, ${own}`)), ...cells];
  });
  return table(head, rows);
}

function targets({ cases, unit }) {
  const rows = cases.flatMap(({ label, targets: list, unit: own = unit }) =>
    list.map((target) => [
      cell('td', escapeText(label)),
      cell('td', escapeText(wordsOf(target, own))),
      cell('td', escapeText(reachedOf(target, own))),
      cell('td', verdictOf(target), target.met === null ? 'soft' : target.met ? 'met' : 'missed'),
    ]),
  );
  const head = ['case', 'target', 'reached', ''].map((name) => cell('th', name));
  return rows.length === 0 ? '' : table(head, rows);
}

function section(suite) {
  const { name, title, about, unit, better, cases } = suite;
  const failures = cases.flatMap(({ label, failures: list }) =>
    Object.entries(list).map(([who, why]) => cell('p', escapeText(`${label}: ${who} is out: ${why}`), 'missed')),
  );
  const heading = `<h2>${escapeText(title)} <small>${escapeText(unit)}, ${better} is better</small></h2>`;
  const inner = [
    heading,
    cell('p', escapeText(about), 'soft'),
    drawing(suite),
    numbers(suite),
    ...failures,
    targets(suite),
  ];
  return element('section', { id: name }, inner.join(''));
}

function verdict(suites) {
  const all = suites.flatMap(({ cases }) => cases.flatMap(({ targets: list }) => list));
  const count = (met) => all.filter((target) => target.met === met).length;
  const met = cell('span', `${count(true)} met`, 'met');
  const missed = cell('span', `${count(false)} missed`, count(false) === 0 ? '' : 'missed');
  return `<p>Targets: ${met}, ${missed}, ${count(null)} not measured.</p>`;
}

/** The whole page. */
export function drawPage(run) {
  const { suites, date, absent, options } = run;
  const gone = Object.entries(absent).map(([name, reason]) => `${name} (${reason})`);
  const lines = [describeVersions(run), describeMachine(run), describeOptions(options)];
  if (gone.length > 0) lines.push(`absent: ${gone.join(', ')}`);
  const links = suites.map(({ name, title }) => element('a', { href: `#${name}` }, escapeText(title)));
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
    `<title>websocketpeer: measured ${date.slice(0, 10)}</title>`,
    `<style>${coloursFor(':root')}${PAGE_STYLE}${CHART_STYLE}</style></head><body>`,
    `<h1>websocketpeer, measured</h1><p class="soft">${escapeText(date.slice(0, 16).replace('T', ' '))} UTC</p>`,
    verdict(suites),
    lines.map((line) => cell('p', `<small>${escapeText(line)}</small>`)).join(''),
    '<p class="soft">Medians; below them least..greatest, how many times better the first contestant is, and processor ',
    'time of contestant/load generator as shares of a core (*: the generator set the pace), and what each of the unit cost.</p>',
    `<nav>${links.join('')}</nav>`,
    ...suites.map(section),
    '</body></html>\n',
  ].join('\n');
}
