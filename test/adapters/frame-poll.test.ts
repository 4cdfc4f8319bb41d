// The peers of a game, by turns: within the budget, whatever their callbacks do, and closed once in the end.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FramePoll, type PolledPeer } from '../../host/adapters/frame-poll.js';
import { WebSocketClient } from '../../host/godot3/index.js';
import { set_error_handler, WebSocketMultiplayerPeer, WebSocketPeer } from '../../host/index.js';
import { Game } from '../helpers/game.js';
import { type Log, notingPeer } from '../helpers/polled-peers.js';

let log: Log;
let now: number;

beforeEach(() => {
  log = [];
  now = 1000;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
});
afterEach(() => vi.restoreAllMocks());

/** Takes `ms` milliseconds per poll, by the clock of the test. */
const slowPeer = (name: string, ms: number): PolledPeer => notingPeer(log, name, () => (now += ms));

/** What is polled in each of the next frames. */
function frames(polling: FramePoll, count: number): string[] {
  return Array.from({ length: count }, () => {
    log.length = 0;
    polling.poll();
    return log.map((line) => line.replace(' polled', '')).join(' ');
  });
}

describe('turns', () => {
  const CASES: [string, number | undefined, number[], string[]][] = [
    ['all in every frame when there is time', undefined, [1, 1, 1], ['a b c', 'a b c']],
    ['those that had no turn are the first of the next frame', undefined, [2, 2, 2], ['a b', 'c a', 'b c']],
    ['a slow one takes the turns of others for one frame only', undefined, [9, 1, 1], ['a', 'b c a', 'b c a']],
    ['one in each frame when there is no budget', 0, [1, 1, 1], ['a', 'b', 'c', 'a']],
    ['a single one is polled in every frame, however slow', 4, [50], ['a', 'a']],
    ['without a limit, all', Number.POSITIVE_INFINITY, [50, 50], ['a b', 'a b']],
    ['none when there is none', undefined, [], ['', '']],
  ];
  it.each(CASES)('%s', (_title, budget, costs, expected) => {
    const peers = costs.map((ms, index) => slowPeer('abc'[index] ?? '', ms));
    const options = budget === undefined ? { peers } : { peers, budget };
    expect(frames(new FramePoll(options), expected.length)).toEqual(expected);
  });
});

describe('peers that come and go', () => {
  it('polls a peer once per frame, however often it was added', () => {
    const peer = slowPeer('a', 0);
    const polling = new FramePoll({ peers: [peer, peer] });
    polling.add(peer);
    expect(frames(polling, 1)).toEqual(['a']);
  });

  it('leaves a removed peer open', () => {
    const peer = slowPeer('a', 0);
    const polling = new FramePoll({ peers: [peer] });
    expect([polling.remove(peer), polling.remove(peer)]).toEqual([true, false]);
    polling.poll();
    polling.close();
    expect(log).toEqual([]);
  });

  it('polls in the next frame what a callback of this one has added', () => {
    const late = slowPeer('b', 0);
    const polling: FramePoll = new FramePoll({ peers: [notingPeer(log, 'a', () => polling.add(late))] });
    expect(frames(polling, 2)).toEqual(['a', 'a b']);
  });

  it('keeps the turns of the others when one comes or goes in the middle of them', () => {
    const peers = ['a', 'b', 'c', 'd'].map((name) => slowPeer(name, 2));
    const polling = new FramePoll({ peers });
    expect(frames(polling, 1)).toEqual(['a b']);
    polling.add(slowPeer('e', 2));
    expect(frames(polling, 3)).toEqual(['c d', 'a b', 'e c']);
    polling.remove(peers[1] as PolledPeer);
    expect(frames(polling, 3)).toEqual(['d a', 'e c', 'd a']);
    polling.close();
    expect(log.slice(-4)).toEqual(['e closed', 'c closed', 'd closed', 'a closed']);
  });

  it('bears that a callback removes its own peer', () => {
    const first: PolledPeer = notingPeer(log, 'a', () => polling.remove(first));
    const polling: FramePoll = new FramePoll({ peers: [first, slowPeer('b', 0)] });
    expect(frames(polling, 2)).toEqual(['a b', 'b']);
  });

  it('ends the round when a callback closes everything', () => {
    const polling: FramePoll = new FramePoll({
      peers: [notingPeer(log, 'a', () => polling.close()), slowPeer('b', 0)],
    });
    polling.poll();
    expect(log).toEqual(['a polled', 'b closed', 'a closed']);
  });

  it('goes on with the next peer in the frame after a callback has thrown', () => {
    const thrower = notingPeer(log, 'a', () => {
      throw new Error('from a callback');
    });
    const polling = new FramePoll({ peers: [thrower, slowPeer('b', 5)] });
    expect(() => polling.poll()).toThrow('from a callback');
    expect(frames(polling, 1)).toEqual(['b']);
  });
});

describe('the end', () => {
  it('leaves the engine, then closes each peer, once', () => {
    const polling = new FramePoll({ peers: [slowPeer('a', 0), slowPeer('b', 0)] }, () => log.push('detached'));
    polling.close();
    polling.close();
    polling.poll();
    expect(log).toEqual(['detached', 'a closed', 'b closed']);
  });

  it('closes the other peers when a callback of one throws, and throws that in the end', () => {
    const thrower: PolledPeer = {
      poll: () => {},
      close: () => {
        throw new Error('from a callback');
      },
    };
    const polling = new FramePoll({ peers: [thrower, slowPeer('b', 0)] });
    expect(() => polling.close()).toThrow('from a callback');
    expect(log).toEqual(['b closed']);
  });

  it('refuses peers afterwards', () => {
    const polling = new FramePoll();
    polling.close();
    expect(() => polling.add(slowPeer('a', 0))).toThrow('nothing would poll it');
  });
});

it.each([-1, Number.NaN, '4' as unknown as number])('refuses a budget of %s', (budget) => {
  expect(() => new FramePoll({ budget })).toThrow(`budget is ${budget}, it must be 0 or more milliseconds`);
});

describe('the classes of this package', () => {
  const CLASSES: [string, () => PolledPeer][] = [
    ['WebSocketPeer', () => new WebSocketPeer()],
    ['WebSocketMultiplayerPeer', () => new WebSocketMultiplayerPeer()],
    [
      "Godot 3's WebSocketClient, whose end is called differently",
      () => {
        const client = new WebSocketClient();
        return { poll: () => client.poll(), close: () => client.disconnect_from_host() };
      },
    ],
  ];
  it.each(CLASSES)('%s is polled and closed, before it ever connects too, without a word', (_name, create) => {
    const messages: string[] = [];
    set_error_handler((message) => messages.push(message));
    const polling = new FramePoll({ peers: [create()] });
    polling.poll();
    polling.close();
    set_error_handler(console.error);
    expect(messages).toEqual([]);
  });

  it('sends what was sent and the close frame when nobody polls any more', async () => {
    vi.restoreAllMocks();
    const game = new Game();
    try {
      const { client, server } = await game.pair();
      const polling = new FramePoll({ peers: [client] });
      client.send_text('last words');
      polling.close();
      await game.poll(() => server.get_available_packet_count() > 0, 'the packet', server);
      expect(new TextDecoder().decode(server.get_packet())).toBe('last words');
      await game.pollTo(WebSocketPeer.STATE_CLOSED, server);
      expect(server.get_close_code()).toBe(1000);
    } finally {
      game.end();
    }
  });
});
