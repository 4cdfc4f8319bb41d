// The reader of a connection that has agreed upon deflated messages: what it passes on, in lines.
import { ALLOW_DEFLATED, ROLE_CLIENT, ROLE_SERVER } from '../../assembly/abi.js';
import type { DecoderEvent } from '../../host/codec/codec.js';
import type { Core } from '../../host/codec/core.js';
import { closeCodeOfFault } from '../../host/codec/faults.js';
import { MessageReader, type MessageSink } from '../../host/codec/message-reader.js';
import { line, type Role } from './feed.js';

export interface DeflatedLimits {
  readonly role: Role;
  readonly maxMessageSize: number;
  readonly maxFragments: number;
}

export class DeflatedReader implements MessageSink {
  readonly lines: string[] = [];
  readonly #reader: MessageReader;

  constructor(core: Core, { role, ...limits }: DeflatedLimits) {
    const side = role === 'server' ? ROLE_SERVER : ROLE_CLIENT;
    this.#reader = new MessageReader(core, { ...limits, role: side | ALLOW_DEFLATED }, this);
  }

  read(chunks: Iterable<Uint8Array>): readonly string[] {
    for (const chunk of chunks) this.#reader.push(chunk, chunk.length);
    return this.lines;
  }

  message(bytes: Uint8Array, offset: number, length: number, text: boolean, deflated: boolean): void {
    const data = bytes.subarray(offset, offset + length);
    this.lines.push((deflated ? 'deflated ' : '') + line({ kind: text ? 'text' : 'binary', data, code: 0 }));
  }

  ping(data: Uint8Array): void {
    this.#note('ping', data);
  }

  pong(data: Uint8Array): void {
    this.#note('pong', data);
  }

  close(payload: Uint8Array): void {
    const code = payload.length === 0 ? 1005 : payload[0] * 256 + payload[1];
    this.#note('close', payload.subarray(2), code);
  }

  fault(fault: number): void {
    this.#note('fault', new Uint8Array(0), closeCodeOfFault(fault));
  }

  #note(kind: DecoderEvent['kind'], data: Uint8Array, code = 0): void {
    this.lines.push(line({ kind, data, code }));
  }
}
