// What was measured as one self-contained page: a summary to read in seconds, then every suite, then the targets.
import { CHART_STYLE, coloursFor, escapeText } from '../charts/theme.mjs';
import { describeMachine, describeOptions, describeVersions } from '../describe.mjs';
import { cell } from './markup.mjs';
import { PAGE_STYLE } from './style.mjs';
import { sectionOf } from './suite.mjs';
import { summaryOf } from './summary.mjs';
import { targetsOf } from './targets.mjs';

function headOf([{ date }]) {
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">',
    `<title>websocketpeer: measured ${date.slice(0, 10)}</title><link rel="icon" href="data:,">`,
    `<style>${coloursFor(':root')}${PAGE_STYLE}${CHART_STYLE}</style></head><body>`,
  ].join('\n');
}

/** Everything about each run that contributes. */
function originsOf({ runs, suites }) {
  const parts = runs.map((run) => {
    const titles = suites.filter((suite) => suite.run === run).map(({ title }) => title);
    const seconds = run.suites.reduce((sum, suite) => sum + suite.seconds, 0);
    const gone = Object.entries(run.absent).map(([name, reason]) => `${name} (${reason})`);
    const took = `${describeOptions(run.options)}; all suites of the run took ${Math.ceil(seconds / 60)} minutes`;
    const lines = [describeVersions(run), describeMachine(run), took];
    if (gone.length > 0) lines.push(`absent: ${gone.join(', ')}`);
    const inner = lines.map((line) => cell('li', escapeText(line))).join('');
    const when = `${run.date.slice(0, 16).replace('T', ' ')} UTC: ${titles.join(', ')}`;
    return `${cell('p', escapeText(when))}<ul>${inner}</ul>`;
  });
  return `<details><summary>Runs, versions and machines</summary>${parts.join('')}</details>`;
}

/** The whole page of what `together` gives. */
export function drawPage(measured) {
  return [
    headOf(measured.runs),
    summaryOf(measured),
    '<main>',
    ...measured.suites.map((suite) => sectionOf(suite, measured.runs[0])),
    '</main>',
    targetsOf(measured),
    originsOf(measured),
    '</body></html>\n',
  ].join('\n');
}
