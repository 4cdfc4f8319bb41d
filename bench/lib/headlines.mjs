// The comparisons that stand for the others: rows of the README's table, the first sentences of the results page. They
// are chosen by what they measure, whoever wins; all others are on the results page.
import { ownFor, ratioOf, verdictOf } from './compare.mjs';

/** `top`: also a sentence at the head of the results page. */
export const HEADLINES = [
  {
    suite: 'loop',
    label: '16 B binary',
    versus: 'Godot',
    words: 'Game loop, both ends in one process, 16 B',
    top: true,
  },
  { suite: 'loop', label: '1 MiB binary', versus: 'ws', words: 'Game loop, 1 MiB' },
  {
    suite: 'echo',
    label: '50 × 64 × 125 B',
    versus: 'ws',
    words: 'Echo server, 50 connections × 64 messages of 125 B',
    top: true,
  },
  {
    suite: 'echo',
    label: '50 × 64 × 125 B',
    versus: 'Bun',
    words: 'Echo server, 50 connections × 64 messages of 125 B',
    top: true,
  },
  { suite: 'echo', label: '1 × 1 × 16 B', versus: 'Bun', words: 'Echo server, one message of 16 B at a time' },
  { suite: 'client', label: '1 × 64 × 125 B', versus: 'Node (undici)', words: 'Client, 64 messages of 125 B' },
  {
    suite: 'compression',
    label: '3.4 KB to 100',
    versus: 'ws, deflate',
    words: 'Compressed broadcast of 3.4 KB of JSON to 100',
  },
  { suite: 'rpc', label: 'out, 8 clients', versus: 'Godot', words: 'Remote calls from a server to 8 clients' },
  {
    suite: 'replication',
    label: '1,000 objects, 50 clients',
    versus: 'Godot',
    words: '1,000 objects to 50 clients, 30 Hz',
  },
  { suite: 'connect', label: '64 at a time', versus: 'ws', words: 'Connecting, 64 at a time' },
  {
    suite: 'idle',
    label: 'memory, 10,000 of them',
    versus: 'ws',
    words: 'Memory of 10,000 idle connections',
    top: true,
  },
  { suite: 'decode', label: 'server, 125 B binary', versus: 'ws', words: 'Decoding masked frames of 125 B', top: true },
  { suite: 'mask', label: '1 KiB', versus: 'bufferutil', words: 'Masking 1 KiB' },
  { suite: 'utf8', label: 'CJK, 16 KiB', versus: 'buffer.isUtf8', words: 'Validating 16 KiB of Chinese as UTF-8' },
  {
    suite: 'variant',
    label: 'decode, dictionary of ten entries',
    versus: 'msgpackr',
    words: 'Decoding a dictionary of ten entries',
  },
];

/** Those that were measured, as { words, top, unit, own, other, versus, version, ratio, verdict, run }. */
export function headlinesOf({ suites }) {
  return HEADLINES.flatMap(({ suite: name, label, versus, words, top = false }) => {
    const suite = suites.find((each) => each.name === name);
    const found = suite?.cases.find((each) => each.label === label);
    const other = found?.results[versus];
    const own = other === undefined ? undefined : ownFor(versus, found.results);
    if (own === undefined) return [];
    const ratio = ratioOf(own, other, found.better ?? suite.better);
    const unit = found.unit ?? suite.unit;
    return [{ words, top, unit, own, other, versus, ratio, verdict: verdictOf(ratio), run: suite.run }];
  });
}
