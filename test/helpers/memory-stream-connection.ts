// A Connection over a memory stream, in either role, for tests of the protocol.
import { createHash, randomFillSync } from 'node:crypto';
import { report } from '../../host/binding/error-handler.js';
import { codec, core } from '../../host/codec/load.js';
import { Connection } from '../../host/protocol/connection.js';
import { ClientHandshake } from '../../host/protocol/handshake-client.js';
import { ServerHandshake } from '../../host/protocol/handshake-server.js';
import type { ConnectionRole } from '../../host/protocol/opening.js';
import { NEWS, REPORT, SETTINGS, type SessionOwner } from '../../host/protocol/session.js';
import { defaultValues, type SettingValues } from '../../host/protocol/settings.js';
import { TurnQueue } from '../../host/protocol/turn-queue.js';
import { parseUrl } from '../../host/protocol/url.js';
import { Visitor } from '../../host/protocol/visitor.js';
import type { Clock } from '../../host/transport/platform.js';
import { MemoryStream, type MemoryStreamOptions } from './memory-stream.js';
import { MemoryLoop } from './memory-stream-loop.js';
import { type FrameOptions, frame, parseFrames, type WireFrame } from './raw-peer-frames.js';
import { answerTo, headEnd, requestFor } from './raw-peer-handshake.js';

export type Side = 'client' | 'server';
export const SIDES: readonly Side[] = ['client', 'server'];

export const DEFAULTS = defaultValues();

const tools = {
  sha1: (bytes: Uint8Array): Uint8Array => createHash('sha1').update(bytes).digest(),
  fillRandom: (bytes: Uint8Array): void => void randomFillSync(bytes),
};

const TARGET = 'ws://127.0.0.1:9080/';

function roleOf(side: Side, stream: MemoryStream, settings: SettingValues): ConnectionRole {
  const common = { protocols: settings.supportedProtocols, headers: [], maxSize: 16384, tools };
  if (side === 'server') {
    const policy = {
      visitor: new Visitor(stream, false, settings),
      hook: settings.handshakeHook,
      allowedOrigins: settings.allowedOrigins,
      allowedHosts: settings.allowedHosts,
    };
    return { side, handshake: new ServerHandshake({ ...common, ...policy }) };
  }
  const url = parseUrl(TARGET);
  if (typeof url === 'string') throw new Error(url);
  return { side, handshake: new ClientHandshake({ ...common, url }), url: TARGET };
}

function clockOf({ now, atTurnEnd, alarm }: MemoryLoop): Clock {
  return { now, atTurnEnd, alarm };
}

export class Rig {
  readonly side: Side;
  readonly loop = new MemoryLoop();
  readonly settings: SettingValues;
  readonly stream: MemoryStream;
  readonly connection: Connection;
  /** Number of notices to the owner that poll() would find something. */
  wakes = 0;
  /** Reaction of the owner to a notice. */
  onWake: () => void = () => {};

  constructor(side: Side, settings: Partial<SettingValues> = {}, options: MemoryStreamOptions = {}) {
    this.side = side;
    this.settings = { ...DEFAULTS, ...settings };
    this.stream = new MemoryStream(this.loop, options);
    const context = { core, codec, clock: clockOf(this.loop), turns: new TurnQueue(this.loop) };
    const owner: SessionOwner = {
      [SETTINGS]: this.settings,
      [NEWS]: (): void => {
        this.wakes += 1;
        this.onWake();
      },
      [REPORT](message, kind, failure, cause, counter): void {
        report(message, this, kind, failure, cause, counter);
      },
    };
    this.connection = new Connection(roleOf(side, this.stream, this.settings), this.stream, owner, context);
  }

  /** Answers the handshake as the other side; a client must have been polled. */
  get greeting(): Uint8Array {
    return this.side === 'server' ? requestFor() : answerTo(this.stream.takeWritten());
  }

  /** A frame as the other side sends it. */
  frame(opcode: number, data: string | Uint8Array | readonly number[] = '', options: FrameOptions = {}): Uint8Array {
    return frame(opcode, data, { masked: this.side === 'server', ...options });
  }

  /** The other side sends a frame. */
  receive(opcode: number, data: string | Uint8Array | readonly number[] = '', options: FrameOptions = {}): void {
    this.stream.deliver(this.frame(opcode, data, options));
  }

  poll(): void {
    this.connection.poll();
  }

  /** All visible packets, as text. */
  takeAll(): string[] {
    const packets: string[] = [];
    while (this.connection.availablePackets > 0) {
      packets.push(Buffer.from(this.connection.takePacket()).toString('utf8'));
    }
    return packets;
  }

  /** Frames written since the last look. */
  takeFrames(): WireFrame[] {
    const written = this.stream.takeWritten();
    const { frames, rest } = parseFrames(written);
    if (rest.length > 0) throw new Error('a frame was written in part');
    return frames;
  }
}

/** A connection that is OPEN, with nothing written or signalled yet that a test would count. */
export function openRig(side: Side, settings: Partial<SettingValues> = {}): Rig {
  const rig = new Rig(side, settings);
  rig.poll();
  rig.stream.deliver(rig.greeting);
  rig.poll();
  rig.loop.settle();
  const written = rig.stream.takeWritten();
  // Output after the handshake's answer (a first heartbeat) is kept.
  const behind = side === 'server' ? written.subarray(headEnd(written)) : written;
  if (behind.length > 0) rig.stream.writes = [behind.slice()];
  rig.wakes = 0;
  return rig;
}
