// The table of the pairs of processes as a picture (SVG) and a page (Markdown).
import { statePicture } from './state-picture.mjs';

// NONE ---- FRESH        each state in its corner, so that no two arrows of the table cross
//   |   ____/ |
// LIVE ---- DEAD
const LAYOUT = {
  title: 'States of a pair of processes',
  size: { width: 860, height: 560 },
  centres: {
    NONE: { x: 130, y: 70 },
    FRESH: { x: 690, y: 70 },
    LIVE: { x: 130, y: 450 },
    DEAD: { x: 690, y: 450 },
  },
  labels: {
    'NONE FRESH': { x: 410, y: 60, anchor: 'middle', grow: 'up' },
    'NONE LIVE': { x: 144, y: 260, anchor: 'start', grow: 'both' },
    'FRESH LIVE': { x: 430, y: 270, anchor: 'start', grow: 'both' },
    'FRESH DEAD': { x: 704, y: 240, anchor: 'start', grow: 'both' },
    'LIVE DEAD': { x: 410, y: 472, anchor: 'middle', grow: 'across' },
  },
  stays: {
    NONE: { x: 55, y: 36, anchor: 'start' },
    FRESH: { x: 765, y: 36, anchor: 'end' },
    LIVE: { x: 55, y: 540, anchor: 'start' },
  },
};

export function pairPicture(table) {
  return statePicture(table, LAYOUT);
}

/** The picture and the whole table, notes included. */
export function pairPage(table) {
  const rows = table.map(({ from, on, to, act, note }) => `| ${from} | ${on} | ${act} | ${to} | ${note} |`);
  return `# States of a pair of processes

Made from the table in [host/cluster/pair-table.ts](../host/cluster/pair-table.ts) by \`npm run docs\`. A pair is what one
process of a cluster knows of another one; the links of all clients between the two are in it.

![States of a pair of processes](pair-states.svg)

| in state | what a message means, or what happens | done | the state becomes | note |
|---|---|---|---|---|
${rows.join('\n')}
`;
}
