// A player of Godot's high-level multiplayer on a connection of the load generator: learns its id, confirms the paths that
// the server tells, tells one, and calls. What comes afterwards is only counted.
import { createHash } from 'node:crypto';
import { encodeFrame } from 'websocketpeer/codec';
import { pause } from './measure.mjs';

const MASK_KEY = new Uint8Array([0x37, 0xfa, 0x21, 0x3d]);
const [CALL, SIMPLIFY_PATH, CONFIRM_PATH, SYNC] = [0, 1, 2, 6];
const COMMAND_MASK = 7;
const DELTA = 0x10;
const NO_ARGUMENTS = 0x80;
/** Offset of a path's number behind its command and checksum. */
const NUMBER_AT = 34;
/** This side's number of the node that it calls. */
const OWN_NUMBER = 1;
const PATIENCE_MS = 20_000;

const frameOf = (payload) => encodeFrame({ opcode: 'binary', payload, maskKey: MASK_KEY });

/** A frame that calls the method with that number; `args` are integers of one byte. */
export function callFrame(method, ...args) {
  const values = args.flatMap((value) => [2, value]);
  const head = args.length === 0 ? [CALL | NO_ARGUMENTS, OWN_NUMBER, method] : [CALL, OWN_NUMBER, method, args.length];
  return frameOf(Uint8Array.of(...head, ...values));
}

/** A frame that calls the method with an integer and a float. */
export function moveFrame(method, x, y) {
  const bytes = new Uint8Array(14);
  bytes.set([CALL, OWN_NUMBER, method, 2, 2, x, 3]);
  const payload = bytes.subarray(0, 10 + 4);
  new DataView(bytes.buffer).setFloat32(10, y, true);
  return frameOf(payload);
}

/** Waits until `holds()`. */
export async function until(holds, what) {
  const start = performance.now();
  while (!holds()) {
    if (performance.now() - start > PATIENCE_MS) throw new Error(`waited too long for ${what}`);
    await pause(10);
  }
}

export class Player {
  id = 0;
  /** Whether the server knows the path that this side has told. */
  isKnown = false;
  /** Paths of the server that were confirmed. */
  paths = 0;
  /** Short forms of calls that have come, by the size of their frames. */
  lastCall = 0;
  /** Time of the last states. */
  time = 0;
  /** Bytes that have come. */
  received = 0;
  #wire;
  #rest = Buffer.alloc(0);

  constructor(wire) {
    this.#wire = wire;
    this.parse();
  }

  /** Looks into what comes. */
  parse() {
    this.#wire.onBytes = (bytes, length) => this.#read(bytes, length);
  }

  /** Only counts what comes, from now on, and calls `heard` with the number of bytes. */
  count(heard = null) {
    this.#wire.onBytes = (_, length) => {
      this.received += length;
      heard?.(this, length);
    };
  }

  write(frames) {
    this.#wire.socket.write(frames);
  }

  /** Tells the server the path of the node whose methods are called, with the names of all of them. */
  tell(path, methods) {
    const checksum = createHash('md5')
      .update([...methods].sort().join(''))
      .digest('hex');
    const packet = Buffer.from(`\x01${checksum}\0\0\0\0\0${path}\0`, 'latin1');
    packet.writeUInt32LE(OWN_NUMBER, NUMBER_AT);
    this.write(frameOf(packet));
  }

  #read(bytes, length) {
    this.received += length;
    let rest = Buffer.concat([this.#rest, bytes.subarray(0, length)]);
    for (;;) {
      if (rest.length < 2) break;
      const short = rest[1] & 0x7f;
      const head = short === 126 ? 4 : 2;
      if (short === 127) throw new Error('the server sends a frame of more than 64 KiB');
      if (rest.length < head) break;
      const size = short === 126 ? rest.readUInt16BE(2) : short;
      if (rest.length < head + size) break;
      this.#handle(rest.subarray(head, head + size), head + size);
      rest = rest.subarray(head + size);
    }
    this.#rest = Buffer.from(rest);
  }

  #handle(packet, frameSize) {
    if (this.id === 0) {
      this.id = packet.readInt32LE(0);
      return;
    }
    const command = packet[0] & COMMAND_MASK;
    if (command === SIMPLIFY_PATH) this.#confirm(packet);
    else if (command === CONFIRM_PATH) this.isKnown = true;
    else if (command === CALL) this.lastCall = frameSize;
    else if (command === SYNC && (packet[0] & DELTA) === 0) this.time = packet.readUInt16LE(1);
  }

  #confirm(packet) {
    const answer = Buffer.from([CONFIRM_PATH, 1, 0, 0, 0, 0]);
    packet.copy(answer, 2, NUMBER_AT, NUMBER_AT + 4);
    this.write(frameOf(answer));
    this.paths += 1;
  }
}
