// A client's connection without its machine: what the conversation asks for is written down, and the test says in which
// state the connection is.
import { codec, core } from '../../host/codec/load.js';
import { Conversation, type Machine } from '../../host/protocol/conversation.js';
import type { LifecycleEvent } from '../../host/protocol/lifecycle.js';
import { State } from '../../host/protocol/lifecycle.js';
import { Outbox } from '../../host/protocol/outbox.js';
import { NEWS, REPORT, SETTINGS, type SessionOwner } from '../../host/protocol/session.js';
import { copyOf, defaultValues, type SettingValues } from '../../host/protocol/settings.js';
import { TurnQueue } from '../../host/protocol/turn-queue.js';
import type { Deflater } from '../../host/transport/deflater.js';
import { type Frame, wire } from './feed.js';
import { MemoryStream } from './memory-stream.js';
import { MemoryLoop } from './memory-stream-loop.js';
import { parseFrames, toHex } from './raw-peer-frames.js';

const NOTHING = new Uint8Array(0);

export class PlayedMachine implements Machine {
  readonly side = 'client';
  state: State = State.OPEN;
  readonly calls: string[] = [];
  readonly reports: string[] = [];
  readonly loop = new MemoryLoop();
  readonly stream = new MemoryStream(this.loop);
  readonly owner: SessionOwner;
  readonly context = { core, codec, clock: this.loop, turns: new TurnQueue(this.loop) };
  readonly outbox = new Outbox(core, true, this.stream, this.context.turns);
  readonly talk: Conversation;

  constructor(settings: Partial<SettingValues> = {}, early: Uint8Array = NOTHING, deflater: Deflater | null = null) {
    this.owner = {
      [SETTINGS]: copyOf(defaultValues(), settings),
      [NEWS]: () => {},
      [REPORT]: (message, kind = 'error') => this.reports.push(`${kind}: ${message}`),
    };
    this.talk = new Conversation(this, early, deflater);
    this.stream.attach({ receive: () => true, phaseChanged: () => {}, drained: () => this.outbox.drained() });
    this.talk.resumeReading();
    this.calls.length = 0;
  }

  wake(): void {
    this.calls.push('wake');
  }

  order(): void {
    this.calls.push('order');
  }

  readOn(): void {
    this.calls.push('read on');
  }

  failed(code: string, cause: string): void {
    this.reports.push(`${code}: ${cause}`);
  }

  tellFailure(): void {
    this.reports.push('told');
  }

  timeIsUp(): void {
    this.calls.push('time is up');
  }

  receive(...frames: Frame[]): void {
    const bytes = wire('client', frames);
    this.talk.receive(bytes, bytes.length);
  }

  close(): void {
    this.state = State.CLOSING;
    this.talk.awaitClose();
  }

  /** The connection has ended, whatever the cause. */
  closed(): void {
    this.state = State.CLOSED;
    this.talk.end();
  }

  streamEnds(): void {
    this.stream.end();
    this.talk.streamEnded();
  }

  /** The network takes nothing more, and something waits. */
  block(): void {
    this.stream.block();
    this.outbox.text('waits');
    this.outbox.flush();
  }

  /** Takes the packets that are visible, and those that become so. */
  takeAll(): Uint8Array[] {
    const packets: Uint8Array[] = [];
    while (this.talk.packets.visible > 0) {
      packets.push(this.talk.packets.take());
      this.talk.afterTake();
    }
    return packets;
  }

  /** Polls, and takes packets, until there is nothing more; `between` is called behind each poll. */
  pollAndTake(between = (): void => {}): { events: LifecycleEvent[]; packets: Uint8Array[] } {
    const events: LifecycleEvent[] = [];
    const packets: Uint8Array[] = [];
    for (let quiet = 0; quiet < 2 && events.length === 0; ) {
      const event = this.talk.poll();
      if (event !== null) events.push(event);
      between();
      const taken = this.takeAll();
      packets.push(...taken);
      quiet = taken.length === 0 && event === null ? quiet + 1 : 0;
    }
    return { events, packets };
  }

  /** Opcode and payload of each frame that was written. */
  written(): string[] {
    this.outbox.flush();
    const { frames } = parseFrames(this.stream.takeWritten());
    return frames.map(({ opcode, payload }) => `${opcode} ${toHex(payload)}`.trimEnd());
  }
}
