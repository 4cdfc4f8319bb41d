// A WebSocketPeer over a memory stream, in either role. Only for test files that replace the runtime's platform by
// memory-stream-platform.ts.
import { acceptedStreamPeer } from '../../host/godot4/io/stream-peer-tcp.js';
import { WebSocketPeer } from '../../host/godot4/websocket/web-socket-peer.js';
import type { MemoryStream } from './memory-stream.js';
import { MemoryStream as Stream } from './memory-stream.js';
import { world } from './memory-stream-platform.js';
import { type FrameOptions, frame, parseFrames, type WireFrame } from './raw-peer-frames.js';
import { answerTo, headEnd, requestFor } from './raw-peer-handshake.js';

export type Side = 'client' | 'server';
export const SIDES: readonly Side[] = ['client', 'server'];

export class MemoryPeer {
  readonly side: Side;
  readonly peer: WebSocketPeer;
  readonly stream: MemoryStream;
  activities = 0;

  constructor(side: Side, configure: (peer: WebSocketPeer) => void = () => {}) {
    this.side = side;
    this.peer = new WebSocketPeer();
    configure(this.peer);
    this.peer.connect('activity', () => {
      this.activities += 1;
    });
    this.stream = side === 'client' ? this.#dial() : this.#accept();
  }

  /** Polls and answers until the peer is OPEN; its output up to then is dropped. */
  open(): this {
    const { peer, stream } = this;
    stream.open();
    peer.poll();
    stream.deliver(this.side === 'server' ? requestFor() : answerTo(stream.takeWritten()));
    peer.poll();
    if (peer.get_ready_state() !== WebSocketPeer.STATE_OPEN) throw new Error('the peer did not open');
    world.loop.settle();
    const written = stream.takeWritten();
    const behind = this.side === 'server' ? written.subarray(headEnd(written)) : written;
    if (behind.length > 0) stream.writes = [behind.slice()];
    this.activities = 0;
    return this;
  }

  /** A frame as the other side sends it. */
  frame(opcode: number, data: string | Uint8Array | readonly number[] = '', options: FrameOptions = {}): Uint8Array {
    return frame(opcode, data, { masked: this.side === 'server', ...options });
  }

  receive(opcode: number, data: string | Uint8Array | readonly number[] = '', options: FrameOptions = {}): void {
    this.stream.deliver(this.frame(opcode, data, options));
  }

  takeFrames(): WireFrame[] {
    return parseFrames(this.stream.takeWritten()).frames;
  }

  takeTexts(): string[] {
    const texts: string[] = [];
    while (this.peer.get_available_packet_count() > 0) texts.push(Buffer.from(this.peer.get_packet()).toString());
    return texts;
  }

  #dial(): MemoryStream {
    if (this.peer.connect_to_url('ws://127.0.0.1:9080/') !== 0) throw new Error('connect_to_url refused');
    return world.dialled.at(-1) as MemoryStream;
  }

  #accept(): MemoryStream {
    const stream = new Stream(world.loop);
    if (this.peer.accept_stream(acceptedStreamPeer(stream)) !== 0) throw new Error('accept_stream refused');
    return stream;
  }
}

export function openPeer(side: Side, configure?: (peer: WebSocketPeer) => void): MemoryPeer {
  return new MemoryPeer(side, configure).open();
}
