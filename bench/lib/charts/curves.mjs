// Charts of curves over a growing quantity, both axes logarithmic, with names at the ends of lines.
import { formatCount, formatSpread, formatValue } from '../format.mjs';
import { element, svg, text } from './theme.mjs';

const WIDTH = 760;
const HEIGHT = 340;
const BOX = { left: 64, right: WIDTH - 120, top: 20, bottom: HEIGHT - 44 };
const LABEL_STEP = 15;

/** A logarithmic scale from `range` of values to `pixels`. */
function scaleOf([least, most], [from, to]) {
  const low = Math.log(least);
  const span = Math.log(most) - low || 1;
  return (value) => from + ((Math.log(value) - low) / span) * (to - from);
}

function decades([least, most]) {
  const first = Math.floor(Math.log10(least));
  const last = Math.ceil(Math.log10(most));
  return Array.from({ length: last - first + 1 }, (_, i) => 10 ** (first + i));
}

function pointsOf(cases, name) {
  return cases
    .filter(({ results }) => name in results)
    .map(({ x, label, results }) => ({ x, label, ...results[name] }));
}

function lineOf(points, index, place) {
  const path = points.map(({ x, median }, i) => `${i === 0 ? 'M' : 'L'}${place(x, median).join(' ')}`).join('');
  const marks = points.map(({ x, label, median, min, max }) => {
    const [cx, cy] = place(x, median);
    const title = element('title', {}, `${label}: ${formatValue(median)} (${formatSpread({ min, max })})`);
    const range = { class: 'range', x1: cx, x2: cx, y1: place(x, min)[1], y2: place(x, max)[1] };
    return element('line', range) + element('circle', { class: `t${index}`, cx, cy, r: 3.5 }, title);
  });
  return element('path', { class: `line s${index}`, d: path }) + marks.join('');
}

/** Heights of labels, moved apart where they would overlap. */
function apart(heights) {
  const order = heights.map((height, i) => ({ height, i })).sort((a, b) => a.height - b.height);
  let least = 0;
  const placed = [];
  for (const { height, i } of order) {
    placed[i] = Math.max(height, least);
    least = placed[i] + LABEL_STEP;
  }
  return placed;
}

function axes(cases, values, xAt, yAt, suite) {
  const lines = values.map((value) => {
    const y = yAt(value);
    const label = text(BOX.left - 8, y + 4, formatValue(value), 'small soft num', { 'text-anchor': 'end' });
    return element('line', { class: 'grid', x1: BOX.left, x2: BOX.right, y1: y, y2: y }) + label;
  });
  const ticks = cases.map(({ x, label }) => {
    return text(xAt(x), BOX.bottom + 16, label ?? formatCount(x), 'small soft', { 'text-anchor': 'middle' });
  });
  const names = [
    text(BOX.left, 12, suite.unit, 'small soft'),
    text(BOX.right, HEIGHT - 6, suite.curve.x, 'small soft', { 'text-anchor': 'end' }),
  ];
  return [...lines, ...ticks, ...names].join('');
}

/** A suite with a growing quantity as one drawing. */
export function drawCurves(suite, names) {
  const { cases } = suite;
  const all = cases.flatMap(({ results }) => Object.values(results).flatMap(({ min, max }) => [min, max]));
  const ticks = decades([Math.min(...all), Math.max(...all)]);
  const xs = cases.map(({ x }) => x);
  const xAt = scaleOf([Math.min(...xs), Math.max(...xs)], [BOX.left + 14, BOX.right - 14]);
  const yAt = scaleOf([ticks[0], ticks.at(-1)], [BOX.bottom, BOX.top]);
  const place = (x, y) => [Math.round(xAt(x) * 10) / 10, Math.round(yAt(y) * 10) / 10];
  const series = names
    .map((name) => ({ name, points: pointsOf(cases, name) }))
    .filter(({ points }) => points.length > 0);
  const heights = apart(series.map(({ points }) => yAt(points.at(-1).median)));
  const labels = series.map(({ name }, i) => text(BOX.right + 8, heights[i] + 4, name, `t${i}`));
  const lines = series.map(({ points }, i) => lineOf(points, i, place)).reverse();
  return svg(WIDTH, HEIGHT, suite.title, axes(cases, ticks, xAt, yAt, suite) + lines.join('') + labels.join(''));
}
