// When the built package loads zlib: with a client's offer, or the first offer that a server accepts; not before.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const PACKAGE = new URL('../../../dist/esm/index.js', import.meta.url).href;

/** A client and a server of one process, which exchange a message; prints whether zlib was loaded, and what was agreed. */
const program = (atServer: number, atClient: number): string => `
import { TCPServer, WebSocketPeer } from ${JSON.stringify(PACKAGE)};
const listener = new TCPServer();
listener.listen(0, '127.0.0.1');
const client = new WebSocketPeer();
client.compression_mode = ${atClient};
client.connect_to_url('ws://127.0.0.1:' + listener.get_local_port());
const server = new WebSocketPeer();
server.compression_mode = ${atServer};
const turn = () => {
  if (listener.is_connection_available()) server.accept_stream(listener.take_connection());
  client.poll();
  server.poll();
  if (client.get_ready_state() !== 1 || server.get_ready_state() !== 1) return setTimeout(turn, 5);
  if (client.is_compression_active() !== server.is_compression_active()) throw new Error('they disagree');
  const isLoaded = process.moduleLoadList.includes('NativeModule zlib');
  console.log(JSON.stringify([isLoaded, client.is_compression_active()]));
  process.exit(0);
};
turn();
`;

test.each([
  ['neither side compresses', 0, 0, [false, false]],
  ['the client does not offer it', 1, 0, [false, false]],
  ['the server does not accept it', 0, 1, [true, false]],
  ['both sides agree', 1, 1, [true, true]],
] as const)('%s', (_what, atServer, atClient, expected) => {
  const args = ['--input-type=module', '--eval', program(atServer, atClient)];
  const cwd = fileURLToPath(new URL('../../../', import.meta.url));
  const printed = execFileSync(process.execPath, args, { cwd, timeout: 60_000, encoding: 'utf8' });
  expect(JSON.parse(printed)).toEqual(expected);
});
