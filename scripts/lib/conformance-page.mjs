// docs/conformance.md: how to run the conformance suite, and its committed results.
import { readFileSync } from 'node:fs';
import { importBundled } from './bundled.mjs';
import { fromRoot, listFiles } from './files.mjs';

const CASES = fromRoot('host', 'command', 'conformance', 'all-cases.ts');
const RESULTS = fromRoot('test', 'conformance', 'results');

const HEADER = `# Conformance

Made by \`npm run docs\` from the cases in [host/command/conformance/cases/](../host/command/conformance/cases) and the
results in [test/conformance/results/](../test/conformance/results).

\`websocketpeer conformance\` tests any WebSocket server, or any client, against RFC 6455, §4 to §8, and in compression
(permessage-deflate) against RFC 7692. It sends and reads plain bytes with an encoder and an inflater of its own: the codec of
this package is not its own judge. Until the package is published, its packed file takes the place of its name:

\`\`\`sh
npm exec --yes --package=./websocketpeer-0.1.0.tgz -- websocketpeer conformance ws://localhost:9080/
npm exec --yes --package=./websocketpeer-0.1.0.tgz -- websocketpeer conformance --listen 9001
\`\`\`

**A server** has to echo: text as text, binary as binary. The suite looks first: a greeting is ignored, and a server that does
not echo is judged in pings, faults, closing and handshakes, the rest is *not judged*. \`--protocol\`, \`--header\` and
\`--origin\` go into every request; \`--case 6.4\` runs a part, \`--heavy\` the large messages of section 9, too.

**A client** calls, as drivers of the known suite do, \`/getCaseCount\`, which sends the count as a text;
\`/runCase?case=N&agent=NAME\` for each N from 1 on, where it echoes until the connection ends; \`/getCaseInfo?case=N\` and
\`/getCaseStatus?case=N&agent=NAME\`, which send JSON; and \`/updateReports?agent=NAME\`. \`GET /\` shows the results.

\`--json FILE\` and \`--html FILE\` write a report, \`--help\` names all options. The exit code is 1 when a case failed.

| verdict | means |
|---|---|
| OK | as RFC 6455 has it; dropping the connection after a fault is right without a close frame, too (§7.1.7) |
| non-strict | right in the end, but late, with another close code, or with TCP left open |
| informational | RFC 6455 leaves it open, or HTTP servers in front usually let it through; what happened is told |
| failed | against RFC 6455 |
| not judged | the server does not echo, or takes no message of that size |
| not offered | a case about compression, which the server does not agree to, or the client does not offer |

| cases | about |
|---|---|
| 1 | sizes of text and binary messages |
| 2 | pings and pongs |
| 3, 4 | reserved bits, reserved opcodes |
| 5 | messages in fragments |
| 6 | UTF-8; 6.4: faults are found before the message is complete |
| 7 | the closing handshake, its codes and reasons |
| 9, 10 | large messages (\`--heavy\`), and many fragments |
| 12, 13 | compressed messages of 16 bytes to 128 KiB: by what is in them, and by windows and context takeover; 1000 each with \`--heavy\` |
| F | masking, forms of the length, later close codes |
| C | compression: offers to servers (C.1), answers to clients (C.2), reserved bits (C.3), forms of messages and fragments (C.4), what does not inflate (C.5), small messages that grow large (C.6) |
| H | the opening handshake: requests for servers (H.1 to H.5), answers for clients (H.6), a client's keys (H.7) |

The numbers up to 10 are those by which the field knows such cases; 12 and 13 are about what its 12 and 13 are about. A message
that comes back compressed is read strictly: no further back than the agreed window, nothing of earlier messages where no context
is kept, whole blocks alone. How much a side takes is left to it: who inflates the large messages of C.6 is *informational*.
`;

const escapeCell = (text) => text.replaceAll('|', '\\|');

function readResults() {
  const all = listFiles(RESULTS, (path) => path.endsWith('.json')).map((path) =>
    JSON.parse(readFileSync(path, 'utf8')),
  );
  const isOwn = ({ subject }) => subject.startsWith('websocketpeer');
  return [...all.filter(isOwn), ...all.filter((one) => !isOwn(one))];
}

function countsTable(role, results) {
  const rows = results.map(({ subject, version, date, counts }) => {
    const numbers = Object.values(counts).join(' | ');
    return `| ${subject} | ${version} | ${date} | ${numbers} |`;
  });
  return `### ${role === 'server' ? 'Servers' : 'Clients'}

| | version | date | OK | non-strict | informational | failed | not judged | not offered |
|---|---|---|---|---|---|---|---|---|
${rows.join('\n')}
`;
}

/** What was told of whom, with the cases: failures first. */
function complaintsTable(role, results, titles) {
  const ids = [...titles.keys()];
  const rows = results.flatMap((result) =>
    ['failed', 'non-strict'].flatMap((verdict) =>
      [...casesByNote(result, verdict)].map(([note, told]) => {
        const shown = verdict === 'failed' ? '**failed**' : verdict;
        return `| ${result.subject} | ${shown} | ${escapeCell(note)} | ${shownCases(told, ids, titles)} |`;
      }),
    ),
  );
  return `#### What a ${role} failed, or passed non-strictly

| who | verdict | what it did | cases |
|---|---|---|---|
${rows.join('\n')}
`;
}

/** Ids by note, of the cases with `verdict`. */
function casesByNote({ cases }, verdict) {
  const byNote = new Map();
  for (const [id, told] of Object.entries(cases)) {
    if (!told.startsWith(verdict)) continue;
    const note = told.substring(verdict.length + 2);
    byNote.set(note, [...(byNote.get(note) ?? []), id]);
  }
  return byNote;
}

/** Few cases with their titles, many as ranges of ids. */
function shownCases(told, ids, titles) {
  if (told.length <= 3) return told.map((id) => `${id}: ${escapeCell(titles.get(id))}`).join('<br>');
  const ranges = [];
  for (const id of told) {
    const last = ranges.at(-1);
    if (last !== undefined && ids.indexOf(id) === ids.indexOf(last.to) + 1) last.to = id;
    else ranges.push({ from: id, to: id });
  }
  const shown = ranges.map(({ from, to }) => (from === to ? from : `${from} to ${to}`));
  return `${told.length} cases: ${shown.join(', ')}`;
}

const REMARKS = `Cases 1.1.1, 1.2.1, 6.1.1, 6.1.2, C.4.1.11 and C.4.1.12 need an echo of an empty message. \`put_packet\` of Godot 3 sends
nothing for one, in the engine as in \`websocketpeer/godot3\`. A server of \`WebSocketMultiplayerPeer\` speaks Godot's multiplayer
protocol: it greets with an id and does not echo. The engines insert the payload of a ping between two fragments into the message
(Godot 4), and leave TCP open after a fault (Godot 3); this package does not follow them there.
`;

export async function conformancePage() {
  const { ALL_CASES } = await importBundled(`export { ALL_CASES } from ${JSON.stringify(CASES)};`);
  const titles = new Map(ALL_CASES.map(({ id, title }) => [id, title]));
  const results = readResults();
  const parts = ['server', 'client'].flatMap((role) => {
    const own = results.filter((one) => one.role === role);
    return [countsTable(role, own), complaintsTable(role, own, titles)];
  });
  return [HEADER, '## Results\n', '`npm run conformance` made them.\n', REMARKS, ...parts].join('\n');
}
