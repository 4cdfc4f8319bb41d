// Whole messages through the package's decoder, in chunks of a given size.
import { expect } from 'vitest';
import { MessageDecoder } from '../../host/codec/index.js';
import { concat } from './memory-stream.js';
import { frame, OP } from './raw-peer-frames.js';

/** A function that decodes `bytes`, and expects one message at their end. */
export function decode(bytes: Uint8Array, chunk: number, masked = false): () => void {
  const role = masked ? 'server' : 'client';
  return () => {
    const decoder = new MessageDecoder({ role, maxMessageSize: 2 ** 30, maxFragments: 2 ** 30 });
    let found = 0;
    for (let at = 0; at < bytes.length; at += chunk) found += decoder.push(bytes.subarray(at, at + chunk)).length;
    expect(found).toBe(1);
  };
}

/** An unmasked message of `count` frames. */
export function manyFrames(count: number, payload: string): Uint8Array {
  const first = frame(OP.BINARY, payload, { fin: false });
  const further = frame(OP.CONTINUATION, payload, { fin: false });
  return concat([first, ...new Array(count - 2).fill(further), frame(OP.CONTINUATION, payload)]);
}
