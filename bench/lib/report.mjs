// Results as text. Losses are shown like wins.

function formatValue(value) {
  if (value >= 10000) return `${(value / 1000).toFixed(value >= 100000 ? 0 : 1)} k`;
  return value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2);
}

/** Half of the way from least to greatest, in per cent of the median. */
function spread({ median, min, max }) {
  return `±${Math.round(((max - min) / 2 / median) * 100)}%`;
}

/** How many times better the first contestant is than each of the others; below 1 it lost. */
export function ratios(results, better) {
  const [own, ...others] = Object.values(results).map(({ median }) => median);
  return others.map((other) => (better === 'higher' ? own / other : other / own));
}

function row(cells, widths) {
  return cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  ');
}

/** One suite as a table for the terminal. */
export function formatSuite({ title, unit, better, cases }) {
  const names = Object.keys(cases[0].results);
  const head = ['', ...names.map((name, i) => (i === 0 ? name : `${name} (x)`))];
  const body = cases.map(({ label, results }) => {
    const times = ratios(results, better);
    const cells = names.map((name, i) => {
      const text = `${formatValue(results[name].median)} ${spread(results[name])}`;
      return i === 0 ? text : `${text} (${times[i - 1].toFixed(2)})`;
    });
    return [label, ...cells];
  });
  const widths = head.map((_, i) => Math.max(...[head, ...body].map((cells) => cells[i].length)));
  const note = `${title}, ${unit}, ${better} is better; (x): how many times better ${names[0]} is`;
  return [note, row(head, widths), ...body.map((cells) => row(cells, widths))].join('\n');
}

/** The same for Markdown. */
export function markdownSuite({ title, unit, better, cases }) {
  const names = Object.keys(cases[0].results);
  const head = `| ${title} (${unit}, ${better} is better) | ${names.join(' | ')} |`;
  const line = `|---|${names.map(() => '--:|').join('')}`;
  const body = cases.map(({ label, results }) => {
    return `| ${label} | ${names.map((name) => formatValue(results[name].median)).join(' | ')} |`;
  });
  return [head, line, ...body].join('\n');
}
