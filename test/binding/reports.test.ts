// The report channel: what a handler is told besides the text, and which reports are held back.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { withoutSecrets } from '../../host/binding/error-handler.js';
import { type ReportDetail, set_error_handler, WebSocketPeer } from '../../host/index.js';

let told: [message: string, detail: ReportDetail][] = [];

beforeEach(() => {
  told = [];
  set_error_handler((message, _kind, detail) => told.push([message, detail]));
});
afterEach(() => {
  vi.useRealTimers();
  set_error_handler(undefined);
});

describe('a report', () => {
  it('tells the object that it is about, and its URL without secrets', () => {
    const peer = new WebSocketPeer();
    peer.connect_to_url('ws://name:word@127.0.0.1:9/lobby?token=secret');
    peer.connect_to_url('ws://127.0.0.1:9');
    expect(told).toEqual([
      [
        'connect_to_url: already connecting or connected',
        { source: peer, url: 'ws://127.0.0.1:9/lobby', failure: null, repeated: 0 },
      ],
    ]);
    peer.free();
  });

  it('is made once a second for one source and one cause, and then tells how many were held back', () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const [one, two] = [new WebSocketPeer(), new WebSocketPeer()];
    for (let count = 0; count < 5; count += 1) one.send_text('x');
    two.send_text('x');
    one.max_queued_packets = 0;
    expect(told.map(([, { source, repeated }]) => [source, repeated])).toEqual([
      [one, 0],
      [two, 0],
      [one, 0],
    ]);
    vi.setSystemTime(Date.now() + 1001);
    one.send_text('x');
    one.send_text('x');
    expect(told.at(-1)?.[1].repeated).toBe(4);
    expect(told).toHaveLength(4);
  });

  it('is remembered of a bounded number of causes', () => {
    const peer = new WebSocketPeer();
    for (let round = 0; round < 2; round += 1) {
      for (let value = 0; value > -100; value -= 1) peer.max_queued_packets = value;
    }
    expect(told.length).toBe(200); // the oldest are forgotten, so they are told again
  });
});

it('set_error_handler returns the former handler, null for silence', () => {
  const handler = (): void => {};
  set_error_handler(handler);
  expect(set_error_handler(null)).toBe(handler);
  expect(set_error_handler(handler)).toBe(null);
  expect(set_error_handler(undefined)).toBe(handler);
});

const urls: [url: string, shown: string][] = [
  ['wss://user:pass@host:1/path?token=1#part', 'wss://host:1/path'],
  ['ws://a@b@host/', 'ws://host/'],
  ['host/path?x', 'host/path'],
  ['ws://host/a@b', 'ws://host/a@b'],
  ['', ''],
];
it.each(urls)('%s is shown as %s', (url, shown) => {
  expect(withoutSecrets(url)).toBe(shown);
});
