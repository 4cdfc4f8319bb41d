// The lifecycle table as a picture (SVG) and a page (Markdown).
import { statePicture } from './state-picture.mjs';

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

const LAYOUT = { title: 'Life of a connection', size: { width: 860, height: 560 }, centres: CENTRES, labels: LABELS };

export function lifecyclePicture(table) {
  return statePicture(table, LAYOUT);
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
