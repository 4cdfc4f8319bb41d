// Decoding of 64 KiB chunks of frames into messages that belong to the caller.
import { MessageDecoder } from 'websocketpeer/codec';
import { timePerCall } from '../lib/contest.mjs';
import { loadModule } from '../lib/contestants.mjs';
import { formatSize } from '../lib/format.mjs';
import { clientFrame, repeat, serverFrame } from '../lib/frames.mjs';

export const title = 'Decode';
export const unit = 'ns a frame';
export const better = 'lower';
export const about =
  'A socket read of 64 KiB with as many frames as fit, or a larger frame in reads of 64 KiB, into messages that the ' +
  'caller owns. A server receives masked frames, a client unmasked ones. ws unmasks in place and hands out pieces of ' +
  'the read.';

const CHUNK_SIZE = 65536;
const SIZES = [16, 125, 1024, 16384, 65536, 1048576];
/** Times ws' Receiver, for a server's binary frames. */
const LEAST = { 16: 6, 125: 6, 1024: 2 };

/** Chunks of a stream, and their number of messages. Both decoders get the same ones repeatedly. */
function chunksOf({ role, size, text }) {
  const frame = role === 'server' ? clientFrame(size, text) : serverFrame(size, text);
  const count = Math.max(1, Math.floor(CHUNK_SIZE / frame.length));
  const stream = repeat(frame, count);
  const chunks = [];
  for (let at = 0; at < stream.length; at += CHUNK_SIZE) chunks.push(stream.subarray(at, at + CHUNK_SIZE));
  return { chunks, count };
}

/** Nanoseconds per frame, after checking that each is decoded. */
function perFrame(decode, count, milliseconds) {
  return () => {
    const found = decode();
    if (found !== count) throw new Error(`found ${found} messages instead of ${count}`);
    return timePerCall(decode, milliseconds) / count;
  };
}

function ownDecoder(role, chunks) {
  const decoder = new MessageDecoder({ role });
  return () => chunks.reduce((found, chunk) => found + decoder.push(chunk).length, 0);
}

/** ws unmasks its chunks in place, so it needs its own, whose content alternates. */
function wsDecoder({ Receiver }, role, chunks) {
  const own = chunks.map((chunk) => Buffer.from(chunk));
  const receiver = new Receiver({ isServer: role === 'server', allowSynchronousEvents: true });
  let found = 0;
  receiver.on('message', () => {
    found += 1;
  });
  return () => {
    found = 0;
    for (const chunk of own) receiver.write(chunk);
    return found;
  };
}

function caseOf(ws, { role, size, text = false }, milliseconds) {
  const { chunks, count } = chunksOf({ role, size, text });
  const least = role === 'server' && !text ? LEAST[size] : undefined;
  // Alternately masked by ws, the content would be invalid text half of the time.
  const fair = ws !== null && !(text && role === 'server');
  return {
    label: `${role}, ${formatSize(size)} ${text ? 'text' : 'binary'}`,
    contestants: {
      websocketpeer: perFrame(ownDecoder(role, chunks), count, milliseconds),
      ...(fair ? { ws: perFrame(wsDecoder(ws, role, chunks), count, milliseconds) } : {}),
    },
    targets: least === undefined ? [] : [{ versus: 'ws', atLeast: least }],
  };
}

export function cases({ quick, milliseconds }) {
  const ws = loadModule('ws');
  const sizes = quick ? [16, 125, 1024] : SIZES;
  const server = sizes.map((size) => ({ role: 'server', size }));
  const client = (quick ? [125] : sizes).map((size) => ({ role: 'client', size }));
  const text = (quick ? [125] : [125, 1024, 16384]).map((size) => ({ role: 'client', size, text: true }));
  return [...server, ...client, ...text].map((one) => caseOf(ws, one, milliseconds));
}
