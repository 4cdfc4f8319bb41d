// Calls from inside handlers: an error handler or a signal may call anything on the peer that it hears of.
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { set_error_handler } from '../../../host/binding/error-handler.js';
import { StreamPeerExtension } from '../../../host/godot4/io/stream-peer-extension.js';
import { WebSocketPeer } from '../../../host/godot4/websocket/web-socket-peer.js';
import { MemoryPeer, openPeer, SIDES, type Side } from '../../helpers/memory-stream-peer.js';
import { world } from '../../helpers/memory-stream-platform.js';
import { call, event, greet, type Step } from '../../helpers/peer-steps.js';
import { OP } from '../../helpers/raw-peer-frames.js';
import { requestFor } from '../../helpers/raw-peer-handshake.js';
import { type Call, failing, Interruptions } from '../../helpers/reentrant.js';

vi.mock('#platform', () => import('../../helpers/memory-stream-platform.js'));

const { STATE_CLOSED, STATE_CLOSING, STATE_CONNECTING, STATE_OPEN } = WebSocketPeer;

beforeEach(() => {
  world.reset();
  vi.spyOn(console, 'error').mockImplementation(() => {});
  vi.spyOn(console, 'warn').mockImplementation(() => {});
});
afterEach(() => {
  set_error_handler(undefined);
  vi.restoreAllMocks();
});

/** What a peer reports while it is polled, and what it has become by then: the state and close code that a handler sees. */
const REPORTS: Record<string, { bring: (side: Side) => MemoryPeer; state: number; code: number }> = {
  'a message that is too big': {
    bring: (side) => {
      const here = openPeer(side);
      here.receive(OP.BINARY, new Uint8Array(70_000));
      return here;
    },
    state: STATE_CLOSED,
    code: 1009,
  },
  'a handshake that is refused': {
    bring: (side) => {
      const here = new MemoryPeer(side);
      here.stream.open();
      here.peer.poll();
      here.stream.deliver(
        new TextEncoder().encode(
          side === 'server' ? 'POST / HTTP/1.1\r\n\r\n' : 'HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n',
        ),
      );
      return here;
    },
    state: STATE_CLOSED,
    code: -1,
  },
  'a handshake that takes too long': {
    bring: (side) => {
      const here = new MemoryPeer(side, (peer) => {
        peer.handshake_timeout = 0.1;
      });
      world.loop.advance(200);
      return here;
    },
    state: STATE_CLOSED,
    code: -1,
  },
};

/** What a handler calls, and the state that the peer is in behind it. */
const CALLS: Record<string, { act: Call<WebSocketPeer>; leadsTo?: number }> = {
  'poll()': { act: (peer) => peer.poll() },
  'close()': { act: (peer) => peer.close() },
  'close(-1)': { act: (peer) => peer.close(-1) },
  'free()': { act: (peer) => peer.free() },
  'send()': { act: (peer) => peer.send(Uint8Array.of(1)) },
  'get_packet()': { act: (peer) => peer.get_packet() },
  'accept_stream(null)': { act: (peer) => peer.accept_stream(null) },
  'connect_to_url()': { act: (peer) => peer.connect_to_url('ws://127.0.0.1:1/'), leadsTo: STATE_CONNECTING },
  'a throw': { act: failing },
};

describe.each(SIDES)('a %s whose error handler', (side) => {
  describe.each(Object.entries(REPORTS))('hears of %s', (_what, { bring, state, code }) => {
    test.each(Object.entries(CALLS))('may call %s: what it hears of is done, and its call counts', (_call, row) => {
      const here = bring(side);
      const { peer } = here;
      const seen: unknown[] = [];
      let result: unknown;
      set_error_handler(() => {
        if (seen.length > 0) return;
        seen.push(peer.get_ready_state(), peer.get_close_code());
        result = row.act(peer);
      });
      peer.poll();
      expect(seen).toEqual([state, code]);
      expect(peer.get_ready_state()).toBe(row.leadsTo ?? state);
      if (row.leadsTo !== undefined) expect(result).toBe(0);
      world.loop.settle();
      peer.free();
      world.loop.settle();
      expect([world.loop.pendingAlarms, here.stream.hasSink]).toEqual([0, false]);
    });
  });

  test.each([
    ['a code that must not be sent', 70_000, ''],
    ['a reason that is too long', 1000, 'x'.repeat(200)],
  ])('hears of %s when the peer is closing already', (_what, code, reason) => {
    const { peer } = openPeer(side);
    const states: number[] = [];
    set_error_handler(() => {
      states.push(peer.get_ready_state());
      peer.free();
      states.push(peer.get_ready_state());
    });
    peer.close(code, reason);
    expect([states, peer.get_ready_state()]).toEqual([[STATE_CLOSING, STATE_CLOSED], STATE_CLOSED]);
  });
});

test('an error handler is not called from within itself: what its calls report goes to the console', () => {
  const peer = new WebSocketPeer();
  let calls = 0;
  set_error_handler(() => {
    calls += 1;
    peer.max_queued_packets = 0;
  });
  peer.send(Uint8Array.of(1));
  expect([calls, vi.mocked(console.error).mock.calls]).toEqual([
    1,
    [['max_queued_packets must be at least 1, got 0; it stays 4096']],
  ]);
});

test('the warning of pages is told to a server that is open', () => {
  const here = new MemoryPeer('server');
  const states: number[] = [];
  set_error_handler(() => {
    states.push(here.peer.get_ready_state());
    here.peer.close(4000, 'no pages');
  });
  here.stream.deliver(requestFor('/', ['Origin: https://pages.example']));
  here.peer.poll();
  expect([states, here.peer.get_ready_state()]).toEqual([[STATE_OPEN], STATE_CLOSING]);
});

/** A stream whose methods call `during` before they do what they have to. */
class Meddling extends StreamPeerExtension {
  during: (method: string) => void = () => {};
  bytes = requestFor();

  override _get_available_bytes(): number {
    this.during('_get_available_bytes');
    return this.bytes.length;
  }

  override _get_partial_data(count: number): [number, Uint8Array] {
    this.during('_get_partial_data');
    const part = this.bytes.slice(0, count);
    this.bytes = this.bytes.slice(count);
    return [0, part];
  }

  override _put_partial_data(data: Uint8Array): [number, number] {
    this.during('_put_partial_data');
    return [0, data.length];
  }

  override _disconnect_from_stream(): void {
    this.during('_disconnect_from_stream');
  }
}

const scriptCalls: [string, Call<WebSocketPeer>][] = [
  ...Object.entries(CALLS).map(([name, { act }]): [string, Call<WebSocketPeer>] => [name, act]),
  ['accept_stream()', (peer) => peer.accept_stream(new Meddling())],
];

describe.each(['_get_available_bytes', '_get_partial_data', '_put_partial_data', '_disconnect_from_stream'])(
  'a stream whose %s',
  (method) => {
    test.each(scriptCalls)('calls %s on the peer that uses it leaves a peer that works', (_name, act) => {
      set_error_handler(null);
      const thrown: unknown[] = [];
      for (let times = 1; times < 6; times += 1) {
        const stream = new Meddling();
        const peer = new WebSocketPeer();
        let left = times;
        stream.during = (called) => {
          if (called !== method || left === 0) return;
          left -= 1;
          if (act === failing) failing();
          try {
            act(peer);
          } catch (error) {
            thrown.push(error); // the stream's own errors are no news
          }
        };
        peer.accept_stream(stream);
        for (let round = 0; round < 4; round += 1) {
          peer.poll();
          peer.send(Uint8Array.of(round));
          world.loop.settle();
        }
        peer.close();
        peer.poll();
        peer.free();
        left = 0;
        peer.free();
        world.loop.settle();
        expect([peer.get_ready_state(), world.loop.pendingAlarms]).toEqual([STATE_CLOSED, 0]);
        expect(peer.connect_to_url('ws://127.0.0.1:1/')).toBe(0);
        peer.free();
        world.loop.settle();
      }
      expect(thrown).toEqual([]);
    });
  },
);

/** A step as what a handler does; whether it went well is judged elsewhere. */
const inside = fc.oneof(
  { weight: 8, arbitrary: call },
  { weight: 2, arbitrary: fc.constant<Step>(({ peer }) => String(peer.free())) },
  { weight: 1, arbitrary: fc.constant<Step>(failing) },
);

describe.each(SIDES)('a %s', (side) => {
  test('stands any calls from inside whatever it reports or emits', () => {
    let heard = 0;
    const steps = fc.tuple(greet, fc.array(fc.oneof(call, event), { maxLength: 30 }));
    fc.assert(
      fc.property(steps, fc.array(inside, { maxLength: 30 }), ([first, rest], calls) => {
        world.reset();
        const here = new MemoryPeer(side);
        const interruptions = new Interruptions(
          here.peer,
          calls.map((step) => (step === failing ? failing : () => step(here))),
        );
        for (const step of [first, ...rest]) {
          step(here);
          expect(here.peer.get_available_packet_count()).toBeGreaterThanOrEqual(0);
        }
        world.loop.settle();
        heard += interruptions.heard;
        interruptions.stop();
        here.peer.free();
        world.loop.settle();
        expect(interruptions.thrown).toEqual([]);
        expect(here.peer.get_ready_state()).toBe(STATE_CLOSED);
        expect([world.loop.pendingAlarms, here.stream.hasSink], 'alarms and listeners left behind').toEqual([0, false]);
      }),
      { seed: 8, numRuns: 800 },
    );
    expect(heard).toBeGreaterThan(800);
  });
});
