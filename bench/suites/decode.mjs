// Decoding a 64 KiB chunk of masked binary frames into messages that the caller owns.
import { MessageDecoder } from 'websocketpeer/codec';
import { timePerCall } from '../lib/contest.mjs';
import { loadWs } from '../lib/contestants.mjs';
import { clientFrame, repeat } from '../lib/frames.mjs';

export const title = 'Decode a 64 KiB chunk';
export const unit = 'ns a frame';
export const better = 'lower';

const CHUNK_SIZE = 65536;
const SIZES = [16, 125, 1024, 16384];

// Both decoders work on the same chunk again and again. ws unmasks it in place, so its payloads alternate between
// two contents; nobody looks at them.
function chunkOf(size) {
  const frame = clientFrame(size);
  const count = Math.max(1, Math.floor(CHUNK_SIZE / frame.length));
  return { chunk: repeat(frame, count), count };
}

/** Nanoseconds a frame, after a look at whether each of them comes out. */
function perFrame(decode, count, milliseconds) {
  const found = decode();
  if (found !== count) throw new Error(`a decoder found ${found} messages instead of ${count}`);
  return timePerCall(decode, milliseconds) / count;
}

function ownDecoder({ chunk }) {
  const decoder = new MessageDecoder({ role: 'server', maxMessageSize: CHUNK_SIZE });
  return () => decoder.push(chunk).length;
}

function wsDecoder({ chunk }) {
  const { Receiver } = loadWs();
  const receiver = new Receiver({ isServer: true, allowSynchronousEvents: true });
  let found = 0;
  receiver.on('message', () => {
    found += 1;
  });
  return () => {
    found = 0;
    receiver.write(chunk);
    return found;
  };
}

export function cases({ quick, milliseconds }) {
  return (quick ? [16, 125, 1024] : SIZES).map((size) => {
    const input = chunkOf(size);
    const own = ownDecoder(input);
    const ws = wsDecoder({ ...input, chunk: Buffer.from(input.chunk) });
    return {
      label: `${size} B`,
      contestants: {
        websocketpeer: () => perFrame(own, input.count, milliseconds),
        ws: () => perFrame(ws, input.count, milliseconds),
      },
    };
  });
}
