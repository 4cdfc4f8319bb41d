// Target: the client's half of the handshake, beside a strict reader and Node's parser.
import { createHash } from 'node:crypto';
import { ClientHandshake } from '../../../host/protocol/handshake-client.js';
import { parseUrl } from '../../../host/protocol/url.js';
import { head as encodeHead } from '../../helpers/raw-peer-handshake.js';
import { readAnswer } from '../lib/node-heads.js';
import { chunked, Random } from '../lib/random.js';
import { acceptOf, hidesFromNode, isUpgradeAnswer, slowHead } from '../lib/slow-heads.js';
import { ascii, demand, demandSame, type Target } from '../lib/target.js';

const MAX_SIZE = 3000;
const MOST_HEADERS = 100;
const KEY = 'AAAAAAAAAAAAAAAAAAAAAA==';
const OFFERS = [[], ['chat', 'game.v1']];

const tools = {
  sha1: (bytes: Uint8Array): Uint8Array => createHash('sha1').update(bytes).digest(),
  fillRandom: (bytes: Uint8Array): void => void bytes.fill(0),
};

function judged(
  protocols: readonly string[],
  chunks: readonly Uint8Array[],
): { handshake: ClientHandshake; used: number } {
  const url = parseUrl('ws://a.example/');
  if (typeof url === 'string') throw new Error(url);
  const handshake = new ClientHandshake({ url, protocols, headers: [], maxSize: MAX_SIZE, tools });
  let used = 0;
  for (const chunk of chunks) used += handshake.push(chunk);
  return { handshake, used };
}

async function compareWithNode(bytes: Uint8Array, used: number): Promise<void> {
  const read = await readAnswer(bytes);
  demand(typeof read !== 'string', () => `Node does not take what is accepted: ${String(read)}`);
  demandSame('answer', [String(read.status), String(read.rest)], ['101', String(bytes.subarray(used))]);
}

const LINES = [
  'HTTP/1.1 101 Switching Protocols',
  'Upgrade: websocket',
  'Connection: Upgrade',
  `Sec-WebSocket-Accept: ${acceptOf(KEY)}`,
];

const words = [
  ...LINES.map((line) => `${line}\r\n`),
  'HTTP/1.1 200 OK\r\n',
  'HTTP/1.0 101 \r\n',
  'Connection: keep-alive,upgrade\r\n',
  'Sec-WebSocket-Protocol: chat\r\n',
  'Sec-WebSocket-Extensions: permessage-deflate\r\n',
  'Sec-WebSocket-Extensions: ,\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Content-Length: 0\r\n',
  'Content-Length: 3\r\n',
  ' folded\r\n',
  '\r\n',
  '\n',
  '\r',
  ':',
  '\t',
  '\xe9',
];

export const answerHeads: Target = {
  name: 'answer-heads',
  description: 'what a client accepts is a valid answer to a strict reader and to Node, and vice versa',
  seeds: [
    Uint8Array.of(0, 0, ...encodeHead(LINES)),
    Uint8Array.of(1, 9, ...encodeHead([...LINES, 'Sec-WebSocket-Protocol: game.v1']), 0x81, 1, 65),
    Uint8Array.of(0, 1, ...encodeHead([...LINES, 'Content-Length: 0', 'X: \xe9'])),
    Uint8Array.of(0, 1, ...encodeHead(['HTTP/1.1 404 Not Found', 'Content-Length: 2']), 65, 65),
  ],
  words: words.map(ascii),
  maxSize: MAX_SIZE + 200,
  weight: 2,
  async check(input) {
    const [first = 0, cuts = 0] = input;
    const offered = OFFERS[first % OFFERS.length];
    const bytes = input.slice(2);
    const { handshake, used } = judged(offered, [bytes]);
    const pieces = judged(offered, chunked(bytes, new Random(cuts), 1 + (cuts % 50)));
    const { outcome, fault, selectedProtocol } = handshake;
    const again = pieces.handshake;
    demandSame(
      'head in pieces',
      [again.outcome, again.fault, again.selectedProtocol],
      [outcome, fault, selectedProtocol],
    );
    demand(
      used <= bytes.length && used === pieces.used,
      () => `${used} and ${pieces.used} bytes of ${bytes.length} used`,
    );
    const head = slowHead(Buffer.from(bytes).toString('latin1'));
    const isValid = head !== null && isUpgradeAnswer(head, KEY, offered);
    if (outcome === 'accepted') {
      demand(isValid && head.end === used, 'accepted, and not valid to a strict reader');
      if (!hidesFromNode(Buffer.from(bytes).toString('latin1'))) await compareWithNode(bytes, used);
    } else if (isValid && head.end < MAX_SIZE) {
      demand(head.headers.length > MOST_HEADERS, () => `valid, and ${outcome}: ${fault}`);
    }
    return `${outcome} ${fault.replace(/"[^"]*"|[0-9]+/g, '').slice(0, 60)}`;
  },
};
