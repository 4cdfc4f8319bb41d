// Target: the server's half of the handshake, beside a strict reader and Node's parser.
import { createHash } from 'node:crypto';
import { ServerHandshake } from '../../../host/protocol/handshake-server.js';
import { SERVER_DEFAULTS } from '../../../host/protocol/server-settings.js';
import { Visitor } from '../../../host/protocol/visitor.js';
import { requestFor } from '../../helpers/raw-peer-handshake.js';
import { type NodeHead, readRequest } from '../lib/node-heads.js';
import { chunked, Random } from '../lib/random.js';
import { acceptOf, hidesFromNode, isPlainRequest, isUpgradeRequest, slowHead, valuesOf } from '../lib/slow-heads.js';
import { ascii, demand, demandSame, type Target } from '../lib/target.js';

const MAX_SIZE = 3000;
const MOST_HEADERS = 100;

const tools = {
  sha1: (bytes: Uint8Array): Uint8Array => createHash('sha1').update(bytes).digest(),
  fillRandom: (bytes: Uint8Array): void => void bytes.fill(0),
};

const POLICIES = [
  { protocols: [], allowedOrigins: [], allowedHosts: [] },
  { protocols: ['chat', 'game.v1'], allowedOrigins: [], allowedHosts: [] },
  { protocols: [], allowedOrigins: ['https://a.example'], allowedHosts: ['127.0.0.1', 'a.example:80'] },
];

function judged(policy: number, chunks: readonly Uint8Array[]): { handshake: ServerHandshake; used: number } {
  const handshake = new ServerHandshake({
    ...POLICIES[policy % POLICIES.length],
    headers: ['Server: x'],
    maxSize: MAX_SIZE,
    visitor: new Visitor({ remoteAddress: '' }, false, SERVER_DEFAULTS),
    hook: null,
    tools,
  });
  let used = 0;
  for (const chunk of chunks) used += handshake.push(chunk);
  return { handshake, used };
}

const shown = ({ outcome, fault, requestedUrl, selectedProtocol, origin, response }: ServerHandshake): string[] => [
  outcome,
  fault,
  requestedUrl,
  selectedProtocol,
  origin,
  Buffer.from(response).toString('latin1'),
];

/** Text of a head as this package keeps it: what is not ASCII is unknown. */
const kept = (text: string): string => text.replace(/[\x80-\xff]/g, '\ufffd');

function compareWithNode(handshake: ServerHandshake, head: NodeHead | string, rest: Uint8Array): void {
  demand(typeof head !== 'string', () => `Node does not take what is accepted: ${String(head)}`);
  const headerOf = (name: string): string | undefined => head.headers.find(([one]) => one === name)?.[1];
  demandSame('request line', [head.method, head.version], ['GET', '1.1']);
  const isAbsolute = !head.url.startsWith('/');
  const url = isAbsolute ? head.url.replace(/^[a-z]+:/i, 'ws:') : `ws://${headerOf('host')}${head.url}`;
  const own = handshake.requestedUrl;
  demand(own === url || own.replace(/\/(\?|$)/, '$1') === url, () => `URL ${own}, Node reads ${url}`);
  const response = Buffer.from(handshake.response).toString('latin1');
  const accept = acceptOf(headerOf('sec-websocket-key') ?? '');
  demand(response.includes(`\r\nSec-WebSocket-Accept: ${accept}\r\n`), 'another key than Node reads');
  demandSame('bytes behind the head', [String(head.rest)], [String(rest)]);
}

const right = (...headers: string[]): Uint8Array => Uint8Array.of(0, 7, ...requestFor('/', headers));
const words = [
  'GET / HTTP/1.1\r\n',
  'GET http://a.example/x?y HTTP/1.1\r\n',
  'Host: a.example:80\r\n',
  'Host: [::1]:9080\r\n',
  'Upgrade: websocket\r\n',
  'Upgrade: h2c, WebSocket\r\n',
  'Connection: keep-alive, Upgrade\r\n',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n',
  'Sec-WebSocket-Version: 13\r\n',
  'Sec-WebSocket-Protocol: chat, game.v1\r\n',
  'Sec-WebSocket-Extensions: permessage-deflate\r\n',
  'Origin: https://a.example\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Content-Length: 0\r\n',
  'Content-Length: 5\r\n',
  'Expect: 100-continue\r\n',
  ' folded\r\n',
  '\r\n',
  '\n',
  '\r',
  ':',
  '\t',
  '\x00',
  '\xe9',
  ',',
  '%0d%0a',
  '__proto__: x\r\n',
];

export const requestHeads: Target = {
  name: 'request-heads',
  description:
    'what a server accepts is a valid request to a strict reader and the same request to Node, and vice versa',
  seeds: [
    right(),
    right('Sec-WebSocket-Protocol: game.v1', 'Origin: https://a.example'),
    Uint8Array.of(1, 3, ...requestFor('/a?b=c', ['sec-websocket-protocol:chat,x'])),
    Uint8Array.of(2, 0, ...requestFor('ws://a.example:80/', ['Origin:  https://a.example \t'], 'b.example')),
    Uint8Array.of(
      0,
      0,
      ...requestFor(
        '/',
        Array.from({ length: 94 }, (_, at) => `X-${at}: 1`),
      ),
      0x81,
      0x80,
    ),
    ascii(`\0\0${words.slice(0, 9).join('')}\r\n`),
  ],
  words: words.map(ascii),
  maxSize: MAX_SIZE + 200,
  weight: 2,
  async check(input) {
    const [policy = 0, cuts = 0] = input;
    const bytes = input.slice(2);
    const { handshake, used } = judged(policy, [bytes]);
    const pieces = judged(policy, chunked(bytes, new Random(cuts), 1 + (cuts % 50)));
    demandSame('head in pieces', shown(pieces.handshake), shown(handshake));
    demand(
      used <= bytes.length && used === pieces.used,
      () => `${used} and ${pieces.used} bytes of ${bytes.length} used`,
    );
    const text = Buffer.from(bytes).toString('latin1');
    const head = slowHead(text);
    const { outcome, fault } = handshake;
    if (outcome === 'accepted') {
      demand(head !== null && isUpgradeRequest(head), 'accepted, and not valid to a strict reader');
      demand(head.end === used, () => `the head ends at ${head.end}, used were ${used}`);
      demand(handshake.origin === kept(valuesOf(head, 'origin').join(',')), 'another origin');
      if (!hidesFromNode(text)) compareWithNode(handshake, await readRequest(bytes), bytes.subarray(used));
    } else if (head !== null && isUpgradeRequest(head) && isPlainRequest(head) && head.end < MAX_SIZE) {
      const isForPolicy = policy % POLICIES.length !== 0 || valuesOf(head, 'sec-websocket-protocol').length > 0;
      demand(isForPolicy || head.headers.length > MOST_HEADERS, () => `valid, and ${outcome}: ${fault}`);
    }
    return `${outcome} ${fault.replace(/"[^"]*"|[0-9]+/g, '').slice(0, 60)}`;
  },
};
