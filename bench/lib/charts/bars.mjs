// Charts of grouped bars: a group per case, a bar per contestant, scaled to the longest bar of the group.
import { formatValue } from '../format.mjs';
import { isLimit, isOwn } from '../names.mjs';
import { element, text } from './theme.mjs';

const BAR_HEIGHT = 13;
const BAR_STEP = 18;
const GROUP_HEAD = 22;
const GROUP_GAP = 12;
const VALUE_ROOM = 84;

function bar(name, result, most, y, { left, width }) {
  const scale = (width - left - VALUE_ROOM) / most;
  const length = Math.max(1, result.median * scale);
  const middle = y + BAR_HEIGHT / 2;
  const kind = isOwn(name) ? ' own' : isLimit(name) ? ' limit' : '';
  const range = {
    class: 'range',
    x1: left + result.min * scale,
    x2: left + result.max * scale,
    y1: middle,
    y2: middle,
  };
  const end = Math.max(length, result.max * scale);
  return [
    text(left - 8, y + BAR_HEIGHT - 3, name, isOwn(name) ? 'small own-text' : 'small', { 'text-anchor': 'end' }),
    element('rect', { class: `bar${kind}`, x: left, y, width: length, height: BAR_HEIGHT, rx: 2 }),
    element('line', range),
    text(left + end + 6, y + BAR_HEIGHT - 3, formatValue(result.median), 'small num'),
  ].join('');
}

/** Draws `groups` of { label, unit, results } from `top` on; returns the markup and where it ends. */
export function drawBars(groups, top, area) {
  let y = top;
  const parts = groups.map(({ label, unit, results }) => {
    const entries = Object.entries(results);
    const most = Math.max(...entries.map(([, { max }]) => max));
    const head =
      text(area.left, y + 13, label, 'group') +
      (unit === undefined ? '' : text(area.width, y + 13, unit, 'small soft', { 'text-anchor': 'end' }));
    const bars = entries.map(([name, result], i) => bar(name, result, most, y + GROUP_HEAD + i * BAR_STEP, area));
    y += GROUP_HEAD + entries.length * BAR_STEP + GROUP_GAP;
    return head + bars.join('');
  });
  return { markup: parts.join(''), bottom: y };
}
