// Runs in a project of its own, where `bufferutil` and `utf-8-validate` are this package's replacements: `ws` talks to
// `ws`, and what came of it is printed as one line of JSON. Started by ws-override.test.ts; asserts nothing by itself.
'use strict';
const buffer = require('node:buffer');
const http = require('node:http');

// Newer runtimes bring both along, and ws prefers what is there: only without them it looks for the add-ons.
buffer.isUtf8 = undefined;
http.websocketMask = undefined;

const { once } = require('node:events');
const { Sender, WebSocket, WebSocketServer } = require('ws');
const { calls } = require('./calls.cjs');

const bytesOf = (size) => Buffer.from(Uint8Array.from({ length: size }, (_, i) => (i * 167 + (i >> 8)) & 255));
const textOf = (size) => 'Grüße, Привет, 世界 👋🏽. '.repeat(Math.ceil(size / 40));

/** `once` of node:events would reject at an error that comes first. */
const closeOf = (socket) => new Promise((resolve) => socket.once('close', (...end) => resolve(end)));

/** A server that echoes, a client of it, and their end: the code that each got, the client's reason, all errors. */
async function converse(options, talk) {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, maxPayload: 2 ** 26, ...options });
  const errors = [];
  server.on('connection', (socket) => {
    socket.on('error', (error) => errors.push(error.code));
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  await once(server, 'listening');
  const client = new WebSocket(`ws://127.0.0.1:${server.address().port}`, { maxPayload: 2 ** 26 });
  client.on('error', (error) => errors.push(error.code));
  await once(client, 'open');
  const [peer] = server.clients;
  const closed = Promise.all([closeOf(client), closeOf(peer)]);
  const result = await talk(client, peer, closed);
  if (client.readyState === WebSocket.OPEN) client.close(1000, 'done ✓');
  const [[code, reason], [peerCode]] = await closed;
  server.close();
  await once(server, 'close');
  return { ...result, codes: { client: code, server: peerCode }, reason: reason.toString(), errors };
}

/** Sends `data`, whole or in `pieces`, and tells whether the same came back. */
function echo(data, { pieces = 1, ...options } = {}) {
  return converse(options, async (client) => {
    const text = typeof data === 'string';
    const bytes = Buffer.from(data);
    const answer = once(client, 'message');
    const size = Math.max(1, Math.ceil(bytes.length / pieces));
    for (let at = 0; at < bytes.length || at === 0; at += size) {
      const fin = at + size >= bytes.length;
      client.send(Buffer.from(bytes.subarray(at, at + size)), { binary: !text, fin });
    }
    const [received, isBinary] = await answer;
    return { same: received.equals(bytes) && isBinary === !text };
  });
}

/** What a side does with bytes that are no text: `from` sends them as one. */
function sendInvalid(from, bytes) {
  return converse({}, async (client, peer, closed) => {
    const sender = from === 'client' ? client : peer;
    sender.send(bytes, { binary: false });
    await closed;
    return {};
  });
}

function ping(size) {
  return converse({}, async (client) => {
    client.ping(bytesOf(size));
    const [payload] = await once(client, 'pong');
    return { same: payload.equals(bytesOf(size)) };
  });
}

/** The caller's bytes are left as they are: ws masks into a buffer of its own. */
function keepsInput(size) {
  return converse({}, async (client) => {
    const bytes = bytesOf(size);
    client.send(bytes);
    await once(client, 'message');
    return { same: bytes.equals(bytesOf(size)) };
  });
}

/** One frame as a client sends it, header and payload together. */
function maskedFrame(size) {
  const key = Buffer.of(0x37, 0xfa, 0x21, 0x3d);
  const parts = Sender.frame(bytesOf(size), {
    fin: true,
    opcode: 2,
    mask: true,
    generateMask: (mask) => key.copy(mask),
  });
  const payload = Buffer.concat(parts).subarray(-size);
  return { same: payload.equals(bytesOf(size).map((byte, i) => byte ^ key[i & 3])) };
}

const CASES = {
  echo: (size) => echo(bytesOf(size)),
  'echo text': (size) => echo(textOf(size)),
  'echo in pieces': (size) => echo(bytesOf(size), { pieces: 7 }),
  'echo text in pieces': (size) => echo(textOf(size), { pieces: 7 }),
  'echo compressed': (size) => echo(textOf(size), { perMessageDeflate: true }),
  ping,
  'keeps input': keepsInput,
  'masked frame': maskedFrame,
  'invalid from': (from) =>
    sendInvalid(from, Buffer.concat([Buffer.from('a'.repeat(60)), Buffer.of(0xed, 0xa0, 0x80)])),
};

async function main() {
  const results = [];
  for (const [name, argument] of JSON.parse(process.argv[2])) results.push(await CASES[name](argument));
  console.log(JSON.stringify({ results, calls }));
}

main();
