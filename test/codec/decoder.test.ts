// The decoder against RFC 6455 §5: every vector in both roles, at every split, with a tail, on every build.
import { describe, expect, test } from 'vitest';
import { BUILDS } from '../helpers/cores.js';
import { binary, feed, joined, more, ROLES, splits, text, wire } from '../helpers/feed.js';
import { VECTORS, type Vector } from './decoder-vectors.js';

const TAIL = Uint8Array.from({ length: 40 }, (_, index) => (index * 89) & 255);

/** After these nothing is looked at any more. */
const endsForGood = ({ events }: Vector): boolean => events.some((event) => /^(fault|close)/.test(event));

describe.each(BUILDS)('the $name build', ({ codec, core }) => {
  describe.each(ROLES)('as %s', (role) => {
    test.each(VECTORS)('$title', (vector) => {
      const { title, frames, events, ...limits } = vector;
      const options = { role, ...limits };
      const bytes = wire(role, frames);
      for (const chunks of splits(bytes)) {
        expect(feed(new codec.MessageDecoder(options), chunks)).toEqual(events);
        if (!endsForGood(vector)) continue;
        expect(feed(new codec.MessageDecoder(options), [...chunks, TAIL])).toEqual(events);
      }
      if (endsForGood(vector)) {
        expect(feed(new codec.MessageDecoder(options), [joined([bytes, TAIL])])).toEqual(events);
      }
    });

    test('16 MiB in one frame, and in 65,537 fragments, pass by their size alone', () => {
      const size = 16 * 1024 * 1024;
      const payload = new Uint8Array(size).map((_, index) => index % 251);
      const pieces = 65_537;
      const fragments = Array.from({ length: pieces }, (_, index) => {
        const part = payload.subarray(index * 256, Math.min(size, (index + 1) * 256));
        return index === 0 ? binary(part, { fin: false }) : more(part, { fin: index === pieces - 1 });
      });
      const pages = core.memory.buffer.byteLength;
      for (const frames of [[binary(payload)], fragments]) {
        const decoder = new codec.MessageDecoder({ role, maxMessageSize: size });
        const bytes = wire(role, frames);
        const events = [];
        for (let at = 0; at < bytes.length; at += 65_536) events.push(...decoder.push(bytes.subarray(at, at + 65_536)));
        expect(events.map(({ kind, data }) => [kind, data.length])).toEqual([['binary', size]]);
        expect(Buffer.compare(events[0].data, payload)).toBe(0);
      }
      expect(core.memory.buffer.byteLength).toBe(pages);
    });

    test('decoders take turns in the middle of messages', () => {
      const frames = [text('first é', { fin: false }), more(' and second €'), binary(new Uint8Array(300).fill(9))];
      const bytes = wire(role, frames);
      const decoders = [1, 2, 3].map(() => new codec.MessageDecoder({ role }));
      const lines = decoders.map((): string[] => []);
      for (let at = 0; at < bytes.length + 2; at += 1) {
        for (const [index, decoder] of decoders.entries()) {
          lines[index].push(...feed(decoder, [bytes.subarray(Math.max(0, at - index), Math.max(0, at - index + 1))]));
        }
      }
      const whole = feed(new codec.MessageDecoder({ role }), [bytes]);
      for (const own of lines) expect(own).toEqual(whole);
    });
  });

  test('a chunk of nothing but the smallest frames fits the table of records', () => {
    const chunk = new Uint8Array(65_536).map((_, index) => (index % 2 === 0 ? 0x82 : 0));
    const events = new codec.MessageDecoder({ role: 'client' }).push(chunk);
    expect(events).toHaveLength(32_768);
    const mixed = new Uint8Array(65_536).map((_, index) => [0x02, 0x01, 7, 0x89, 0x00, 0x80, 0x00][index % 7]);
    const kinds = new codec.MessageDecoder({ role: 'client' }).push(mixed).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'ping')).toHaveLength(Math.floor(65_536 / 7));
    expect(kinds.filter((kind) => kind === 'binary').length).toBeGreaterThan(9000);
  });
});
