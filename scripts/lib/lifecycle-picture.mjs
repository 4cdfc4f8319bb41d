// The lifecycle table as a picture (SVG) and a page (Markdown).

const BOX = { width: 150, height: 44 };
const LINE_HEIGHT = 17;
const SIZE = { width: 860, height: 560 };

// CONNECTING ---------- OPEN        each state in its corner, so that no two arrows of the table cross
//     |        ______/   |
//   CLOSED ----------- CLOSING
const CENTRES = {
  CONNECTING: { x: 130, y: 60 },
  OPEN: { x: 690, y: 60 },
  CLOSED: { x: 130, y: 500 },
  CLOSING: { x: 690, y: 500 },
};

// Where the names of an arrow's events stand: beside it, and outside of the square where there is room.
const LABELS = {
  'CONNECTING OPEN': { x: 410, y: 44, anchor: 'middle', grow: 'up' },
  'CONNECTING CLOSED': { x: 144, y: 250, anchor: 'start', grow: 'both' },
  'OPEN CLOSING': { x: 704, y: 280, anchor: 'start', grow: 'both' },
  'CLOSING CLOSED': { x: 410, y: 522, anchor: 'middle', grow: 'across' },
  'OPEN CLOSED': { x: 458, y: 310, anchor: 'start', grow: 'both' },
};

const escapeText = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** The table's rows by arrow: one arrow for each pair of states. */
function arrowsOf(table) {
  const arrows = new Map();
  for (const { from, on, to } of table) {
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

function drawLabel(key, events) {
  const place = LABELS[key];
  if (place === undefined) throw new Error(`lifecycle picture: there is no place for the events of "${key}"`);
  const lines = place.grow === 'across' ? inThrees(events) : events;
  const offset = { up: lines.length - 1, both: (lines.length - 1) / 2, across: 0 }[place.grow];
  return lines
    .map((line, i) => {
      const y = Math.round(place.y + (i - offset) * LINE_HEIGHT);
      return `<text x="${place.x}" y="${y}" text-anchor="${place.anchor}">${escapeText(line)}</text>`;
    })
    .join('\n');
}

function drawArrow(key, events) {
  const [from, to] = key.split(' ').map((name) => CENTRES[name]);
  const start = edgePoint(from, to);
  const end = edgePoint(to, from);
  const line = `<line x1="${start.x}" y1="${start.y}" x2="${end.x}" y2="${end.y}" marker-end="url(#head)"/>`;
  return `${line}\n${drawLabel(key, events)}`;
}

function drawState([name, { x, y }]) {
  const box = `<rect x="${x - BOX.width / 2}" y="${y - BOX.height / 2}" width="${BOX.width}" height="${BOX.height}" rx="8"/>`;
  return `${box}\n<text class="state" x="${x}" y="${y + 5}" text-anchor="middle">${name}</text>`;
}

/** The states as boxes, the events as arrows. */
export function lifecyclePicture(table) {
  const arrows = [...arrowsOf(table)].map(([key, events]) => drawArrow(key, events));
  const states = Object.entries(CENTRES).map(drawState);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE.width} ${SIZE.height}" role="img" aria-label="Life of a connection">
<style>
rect { fill: #eef3fb; stroke: #34507c; stroke-width: 1.5 }
line { stroke: #34507c; stroke-width: 1.5 }
text { font: 13px sans-serif; fill: #1d2733 }
.state { font-weight: bold }
</style>
<defs><marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0 10 5 0 10Z" fill="#34507c"/></marker></defs>
<rect x="0" y="0" width="${SIZE.width}" height="${SIZE.height}" style="fill: #fff; stroke: none"/>
${[...arrows, ...states].join('\n')}
</svg>
`;
}

/** The picture and the whole table, notes included. */
export function lifecyclePage(table) {
  const rows = table.map(({ from, on, to, note }) => `| ${from} | ${on} | ${to} | ${note.replaceAll('|', '\\|')} |`);
  return `# Life of a connection

Made from the table in [host/protocol/lifecycle.ts](../host/protocol/lifecycle.ts) by \`npm run docs\`.

![Life of a connection](lifecycle.svg)

| in state | when | the state becomes | note |
|---|---|---|---|
${rows.join('\n')}
`;
}
