// Encoding of the frames of one turn: the work of a connection between two writes to its socket.
import { encodeFrame } from 'websocketpeer/codec';
import { timePerCall } from '../lib/contest.mjs';
import { loadModule } from '../lib/contestants.mjs';
import { formatSize } from '../lib/format.mjs';
import { somePayload } from '../lib/frames.mjs';

export const title = 'Encode';
export const unit = 'ns a frame';
export const better = 'lower';
export const about =
  'As many frames as 64 KiB hold, ready to be written; a client masks them, a server does not. "A turn": as ' +
  'WebSocketPeer does it, all frames in one buffer; "encodeFrame": one by one with the public function, the key given.';

const TURN_SIZE = 65536;
const SIZES = [16, 125, 1024, 16384, 65536, 1048576];
const OPCODE_BINARY = 2;

/** The internal encoder of WebSocketPeer, from the build. */
async function loadEncoder() {
  const built = (name) => import(new URL(`../../dist/host/codec/${name}.js`, import.meta.url));
  const [{ FrameEncoder }, { core }] = await Promise.all([built('frame-encoder'), built('load')]);
  return (masked) => new FrameEncoder(core, masked);
}

function ownTurn(encoder, payload, count) {
  return () => {
    for (let i = 0; i < count; i += 1) encoder.add(OPCODE_BINARY, payload, false);
    const pieces = encoder.take();
    encoder.recycle();
    return pieces;
  };
}

function ownFrames(masked, payload, count) {
  const maskKey = masked ? new Uint8Array([0x37, 0xfa, 0x21, 0x3d]) : undefined;
  return () => {
    let size = 0;
    for (let i = 0; i < count; i += 1) size += encodeFrame({ opcode: OPCODE_BINARY, payload, maskKey }).length;
    return size;
  };
}

/** ws gives header and payload as two buffers; masking copies the payload unless it may overwrite it. */
function wsTurn({ Sender }, masked, payload, count) {
  const options = { opcode: OPCODE_BINARY, fin: true, rsv1: false, mask: masked, readOnly: true };
  return () => {
    let pieces = 0;
    for (let i = 0; i < count; i += 1) pieces += Sender.frame(payload, { ...options }).length;
    return pieces;
  };
}

export async function cases({ quick, milliseconds }) {
  const ws = loadModule('ws');
  const newEncoder = await loadEncoder();
  const sizes = quick ? [16, 1024] : SIZES;
  return ['server', 'client'].flatMap((role) =>
    sizes.map((size) => {
      const masked = role === 'client';
      const payload = Buffer.from(somePayload(size));
      const count = Math.max(1, Math.floor(TURN_SIZE / (size + 8)));
      const perFrame = (encode) => () => timePerCall(encode, milliseconds) / count;
      return {
        label: `${role}, ${formatSize(size)}`,
        contestants: {
          'websocketpeer, a turn': perFrame(ownTurn(newEncoder(masked), payload, count)),
          'websocketpeer, encodeFrame': perFrame(ownFrames(masked, payload, count)),
          ...(ws === null ? {} : { ws: perFrame(wsTurn(ws, masked, payload, count)) }),
        },
        targets: [],
      };
    }),
  );
}
