// Generator of docs/api-suite.md: the answers of WebSocketPeer that differ from Godot's, by kind of connection, from
// the rows of the API suite in test/api/ and the engine's recorded answers.
import { readFileSync } from 'node:fs';
import { importBundled } from './bundled.mjs';
import { fromRoot } from './files.mjs';

const ROOM = fromRoot('test', 'api');

const ENTRY = `export { CALLS, SITUATIONS, titleOf } from ${JSON.stringify(`${ROOM}/rows.ts`)};
export { ADDITIONS, COLUMNS, DIFFERENCES } from ${JSON.stringify(`${ROOM}/differences.ts`)};`;

const code = (text) => `\`${text.replaceAll('|', '\\|')}\``;

/** The fields of an answer that differ, in a few words. */
function shownAnswer(answer, changed) {
  const parts = Object.keys(changed)
    .filter((key) => key in answer)
    .map((key) => SHOWN[key](answer[key]));
  return parts.join(', ');
}

const SHOWN = {
  returned: (value) => code(JSON.stringify(value)),
  state: (state) => state,
  says: (says) => (says === null ? 'reported once' : says ? 'reported' : 'not reported'),
  value: (value) => `is ${code(JSON.stringify(value))} then`,
  end: (end) => (end === null ? 'never CLOSED' : `ends with ${end[0]} ${shownReason(end[1])}`.trim()),
};

const shownReason = (reason) => (reason.length > 40 ? `and ${reason.length} letters` : reason && code(reason));

/** Names of situations, abbreviated. */
function shownSituations(names, all) {
  if (names.length === all.length) return 'always';
  const open = all.filter((name) => name.startsWith('OPEN'));
  const rest = names.filter((name) => !open.includes(name));
  return names.length - rest.length === open.length ? ['OPEN, in each way', ...rest].join('; ') : names.join('; ');
}

function differenceRow({ calls, situations, columns, answer, why }, { godot, all, COLUMNS }) {
  const engine = godot[situations[0]][calls[0]];
  const cells = [
    calls.map(code).join(' '),
    shownSituations(situations, all),
    shownAnswer(engine, answer),
    shownAnswer(answer, answer),
    columns.length === COLUMNS.length ? 'everywhere' : columns.join(', '),
    why,
  ];
  return `| ${cells.join(' | ')} |`;
}

/** Differences with equal contents about several situations, merged into one line. */
function merged(differences) {
  const lines = new Map();
  for (const difference of differences) {
    const { calls, columns, answer, why } = difference;
    const key = JSON.stringify([calls, columns, answer, why]);
    const former = lines.get(key);
    const situations = [...(former?.situations ?? []), ...difference.situations];
    lines.set(key, { ...difference, situations });
  }
  return [...lines.values()];
}

export async function apiPage() {
  const suite = await importBundled(ENTRY);
  const { ADDITIONS, CALLS, COLUMNS, DIFFERENCES, SITUATIONS } = suite;
  const godot = JSON.parse(readFileSync(fromRoot('test', 'golden', 'api-suite.json'), 'utf8'));
  const all = Object.keys(SITUATIONS);
  const differences = merged(DIFFERENCES).map((difference) => differenceRow(difference, { godot, all, COLUMNS }));
  const asked = CALLS.length - Object.keys(ADDITIONS).length;
  return `# The API suite

Made from the rows in [test/api/](../test/api/) by \`npm run docs\`.

${asked} calls of \`WebSocketPeer\` are made in ${all.length} situations, and Godot 4 answers the same calls: what is returned, the
state afterwards, whether something is reported, what the other side gets, and how the connection ends. Its answers are
recorded in [test/golden/api-suite.json](../test/golden/api-suite.json). The same rows run over each kind of connection:

| column | the peer stands on |
|---|---|
| TCP, TLS | sockets, in Node |
| stream | \`connect_to_stream\` over a \`MessagePortStream\` |
| page | the browser's \`WebSocket\`, a real one and a played one |
| worker, worker of a page | \`WorkerWebSocketPeer\`, whose worker stands on sockets or on the browser's \`WebSocket\` |

Situations: ${all.join('; ')}.

Every answer is Godot's but these:

| call | when | Godot | here | where | why |
|---|---|---|---|---|---|
${differences.join('\n')}
`;
}
