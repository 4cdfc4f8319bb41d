// A table of transitions as a picture (SVG): states as boxes, events as arrows.

const BOX = { width: 150, height: 44 };
const LINE_HEIGHT = 17;
const escapeText = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** The table's rows by arrow: one arrow for each pair of states, without those that change nothing. */
function arrowsOf(table) {
  const arrows = new Map();
  for (const { from, on, to } of table) {
    if (from === to) continue;
    const key = `${from} ${to}`;
    arrows.set(key, [...(arrows.get(key) ?? []), on]);
  }
  return arrows;
}

/** The point where the line from `centre` towards `target` leaves the box around `centre`. */
function edgePoint(centre, target) {
  const dx = target.x - centre.x;
  const dy = target.y - centre.y;
  const reach = Math.min(BOX.width / 2 / Math.abs(dx || 1e-9), BOX.height / 2 / Math.abs(dy || 1e-9));
  return { x: Math.round(centre.x + dx * reach), y: Math.round(centre.y + dy * reach) };
}

/** Events in lines of three. */
function inThrees(events) {
  const lines = [];
  for (let i = 0; i < events.length; i += 3) lines.push(events.slice(i, i + 3).join(', '));
  return lines;
}

function drawLabel(place, key, events) {
  if (place === undefined) throw new Error(`picture of states: there is no place for the events of "${key}"`);
  const lines = place.grow === 'across' ? inThrees(events) : events;
  const offset = { up: lines.length - 1, both: (lines.length - 1) / 2, across: 0 }[place.grow];
  return lines
    .map((line, i) => {
      const y = Math.round(place.y + (i - offset) * LINE_HEIGHT);
      return `<text x="${place.x}" y="${y}" text-anchor="${place.anchor}">${escapeText(line)}</text>`;
    })
    .join('\n');
}

function drawArrow({ centres, labels }, key, events) {
  const [from, to] = key.split(' ').map((name) => centres[name]);
  const start = edgePoint(from, to);
  const end = edgePoint(to, from);
  const line = `<line x1="${start.x}" y1="${start.y}" x2="${end.x}" y2="${end.y}" marker-end="url(#head)"/>`;
  return `${line}\n${drawLabel(labels[key], key, events)}`;
}

function drawState([name, { x, y }]) {
  const box = `<rect x="${x - BOX.width / 2}" y="${y - BOX.height / 2}" width="${BOX.width}" height="${BOX.height}" rx="8"/>`;
  return `${box}\n<text class="state" x="${x}" y="${y + 5}" text-anchor="middle">${name}</text>`;
}

/** What changes nothing in a state, beside its box. */
function drawStays(table, [state, { x, y, anchor }]) {
  const events = table.filter(({ from, to }) => from === state && to === state).map(({ on }) => on);
  return `<text x="${x}" y="${y}" text-anchor="${anchor}">stays: ${escapeText(events.join(', '))}</text>`;
}

/**
 * The states as boxes, the events as arrows. `layout`: `title`; `size`; the `centres` of states; the places of the
 * `labels` by arrow; the places of what `stays` in a state, if that is to be shown.
 */
export function statePicture(table, layout) {
  const { title, size, centres, stays = {} } = layout;
  const arrows = [...arrowsOf(table)].map(([key, events]) => drawArrow(layout, key, events));
  const states = Object.entries(centres).map(drawState);
  const unchanged = Object.entries(stays).map((place) => drawStays(table, place));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${title}">
<style>
rect { fill: #eef3fb; stroke: #34507c; stroke-width: 1.5 }
line { stroke: #34507c; stroke-width: 1.5 }
text { font: 13px sans-serif; fill: #1d2733 }
.state { font-weight: bold }
</style>
<defs><marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0 10 5 0 10Z" fill="#34507c"/></marker></defs>
<rect x="0" y="0" width="${size.width}" height="${size.height}" style="fill: #fff; stroke: none"/>
${[...arrows, ...states, ...unchanged].join('\n')}
</svg>
`;
}
