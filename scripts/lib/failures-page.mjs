// Generator of docs/failures.md: the table of codes of get_failure(), made from host/protocol/failures.ts.
import { importBundled } from './bundled.mjs';
import { fromRoot } from './files.mjs';

export async function failuresPage() {
  const source = JSON.stringify(fromRoot('host', 'protocol', 'failures.ts'));
  const { FAILURE_CODES } = await importBundled(`export { FAILURE_CODES } from ${source};`);
  const rows = Object.entries(FAILURE_CODES).map(
    ([code, { stages, meaning }]) => `| \`${code}\` | ${stages.join(', ')} | ${meaning} |`,
  );
  return `# Why a connection failed

Made from the table in [host/protocol/failures.ts](../host/protocol/failures.ts) by \`npm run docs\`.

\`get_failure()\` of \`WebSocketPeer\`, \`WebSocketMultiplayerPeer\` and Godot 3's \`WebSocketClient\` returns \`null\` before the
end of a connection, after an end in order (a close frame of either side), and after one that this side asked for;
otherwise a frozen object. The same object is \`detail.failure\` of the report.

| field | |
|---|---|
| \`stage\` | how far the connection had come: \`lookup\` (the host's name), \`connect\` (TCP), \`tls\`, \`handshake\` (HTTP), \`open\`, \`close\` |
| \`code\` | stable, for programs: one of the table below, or another code of the system |
| \`message\` | one line for people: the URL without credentials and query, the stage, the cause and the code |
| \`http_status\` | status of a server's answer other than 101, on a server that of its refusal; 0 without one |
| \`http_headers\` | headers of that answer, a \`ReadonlyMap\` with lower-case names |
| \`http_body\` | the first KiB of its body as text: what comes with its head or within 200 ms after it |

| code | stage | meaning |
|---|---|---|
${rows.join('\n')}

Reported are all failures of a client but those of the stage \`close\`, where the game has done with the connection. A
server reports what a client has done wrong, and a handshake that takes too long; a client that has just gone (\`PEER_GONE\`,
or \`TIMEOUT\` of the heartbeat) is only data there.

In a page the browser says nothing but that there is no connection: an unknown host, a refusal, a failure of TLS and an
answer such as 401 look alike, since a script could otherwise explore a visitor's network. All of them are \`connect\`,
\`CONNECT_FAILED\`, and \`http_status\` is 0. A server that wants to tell a page why it refuses accepts it and closes with a
code of its own.
`;
}
