// The chart of the README: echo server and game loop, a few cases each, as one self-contained SVG.
import { drawBars } from './bars.mjs';
import { CHART_STYLE, coloursFor, element, svg, text } from './theme.mjs';

const WIDTH = 860;
const PADDING = 24;

// What is shown of each suite, where it was measured.
const SECTIONS = [
  {
    suite: 'echo',
    heading: 'Echo server: connections × messages in flight × size',
    labels: ['1 × 256 × 16 B', '50 × 64 × 125 B', '8 × 16 × 1 KiB', '4 × 4 × 16 KiB'],
    names: ['websocketpeer', 'Bun', 'ws', 'Deno', 'net'],
    titles: { Bun: 'Bun (C++)', net: 'net, raw bytes' },
  },
  {
    suite: 'loop',
    heading: 'Game loop: both ends in one process, 256 messages in flight',
    labels: ['16 B binary', '125 B text', '1 KiB binary'],
    names: ['websocketpeer', 'Godot', 'ws'],
    titles: { Godot: 'Godot 4 engine' },
  },
];

function groupsOf({ labels, names, titles }, { cases }) {
  return cases
    .filter(({ label }) => labels.includes(label))
    .map(({ label, results }) => {
      const shown = names.filter((name) => name in results).map((name) => [titles[name] ?? name, results[name]]);
      return { label, results: Object.fromEntries(shown) };
    });
}

/** Where and when the suites of the chart were measured. */
function originOf({ date, machine, versions }) {
  return `${date.slice(0, 10)}, Node ${versions.Node}, ${machine.cores} × ${machine.processor}`;
}

/** The chart of what was measured, or null when that has neither. */
export function drawChart({ suites }) {
  const shown = SECTIONS.map((section) => [section, suites.find(({ name }) => name === section.suite)]);
  const found = shown.filter(([, suite]) => suite !== undefined);
  if (found.length === 0) return null;
  const area = { left: PADDING + 120, width: WIDTH - PADDING };
  let y = PADDING;
  const parts = found.map(([section, suite]) => {
    const head = text(PADDING, y + 14, section.heading, 'title');
    const unit = text(WIDTH - PADDING, y + 14, `${suite.unit}, longer is better`, 'soft small', {
      'text-anchor': 'end',
    });
    const { markup, bottom } = drawBars(groupsOf(section, suite), y + 30, area);
    y = bottom + 8;
    return head + unit + markup;
  });
  const origins = [...new Set(found.map(([, { run }]) => originOf(run)))];
  const where = `${origins.join('; ')}; bar: median, line: least to greatest`;
  parts.push(text(PADDING, y + 12, where, 'soft small'));
  const height = y + 12 + PADDING;
  const card = element('rect', { class: 'card', x: 0.5, y: 0.5, width: WIDTH - 1, height: height - 1, rx: 10 });
  return `${svg(WIDTH, height, 'Messages per second of websocketpeer and others', card + parts.join(''), coloursFor('svg') + CHART_STYLE)}\n`;
}
