// Topics: what the peers of each process get, what is refused, who leaves.
import { describe, expect, test, vi } from 'vitest';
import type { Broker } from '../../host/cluster/broker.js';
import { MemoryBroker } from '../../host/cluster/memory-broker.js';
import { Topic } from '../../host/cluster/topic.js';
import { WebSocketPeer } from '../../host/godot4/websocket/web-socket-peer.js';
import { type MemoryPeer, openPeer } from '../helpers/memory-stream-peer.js';
import { world } from '../helpers/memory-stream-platform.js';
import { useReports } from '../helpers/reports.js';

vi.mock('#platform', () => import('../helpers/memory-stream-platform.js'));

const reports = useReports();
const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => index);

/** Subjects and messages of a broker, which a test can repeat. */
class Wire {
  readonly broker = new MemoryBroker();
  readonly published: [string, Uint8Array][] = [];
  subscriptions = 0;
  readonly line: Broker = Object.assign(Object.create(this.broker) as Broker, {
    max_payload: 1000,
    publish: (subject: string, message: Uint8Array) => {
      this.published.push([subject, message.slice()]);
      this.broker.publish(subject, message);
    },
    subscribe: (subject: string, receive: () => void) => {
      this.subscriptions += 1;
      const end = this.broker.subscribe(subject, receive);
      return () => {
        this.subscriptions -= 1;
        end();
      };
    },
  });
}

/** What arrived at the other side of a peer: texts as strings, else bytes. */
function sent(peer: MemoryPeer): (string | number[])[] {
  world.loop.settle();
  return peer
    .takeFrames()
    .map(({ opcode, payload }) => (opcode === 1 ? Buffer.from(payload).toString() : [...payload]));
}

/** Two processes with two members each. */
function twoProcesses(): { wire: Wire; topics: [Topic, Topic]; peers: MemoryPeer[] } {
  const wire = new Wire();
  const topics: [Topic, Topic] = [new Topic(wire.line, 'news'), new Topic(wire.line, 'news')];
  const peers = [openPeer('server'), openPeer('server'), openPeer('server'), openPeer('client')];
  for (const [index, { peer }] of peers.entries()) topics[index < 2 ? 0 : 1]?.add(peer);
  return { wire, topics, peers };
}

describe('a topic', () => {
  test('sends bytes and text to the members of all processes, once to each process', () => {
    const { wire, topics, peers } = twoProcesses();
    expect(topics[0].broadcast(bytes(3))).toBe(2);
    expect(topics[1].broadcast('fallen ä')).toBe(2);
    expect(topics[0].broadcast(new TextEncoder().encode('text'), WebSocketPeer.WRITE_MODE_TEXT)).toBe(2);
    expect(wire.published).toHaveLength(3);
    for (const peer of peers) expect(sent(peer).sort()).toEqual([[0, 1, 2], 'fallen ä', 'text'].sort());
  });

  test('keeps the order of each sender', () => {
    const { topics, peers } = twoProcesses();
    const all = Array.from({ length: 50 }, (_, index) => `${index}`);
    for (const text of all) topics[0].broadcast(text);
    for (const peer of peers) expect(sent(peer)).toEqual(all);
  });

  test('does not reach another topic, and its name is in no subject', () => {
    const wire = new Wire();
    const names = ['a', 'a.b', '*', '>', ' ', '\n', '\u0000', 'ä', 'ab', 'A', '$SYS.>', 'x'.repeat(120)];
    const topics = names.map((name) => new Topic(wire.line, name));
    const peers = names.map(() => openPeer('server'));
    for (const [index, { peer }] of peers.entries()) topics[index]?.add(peer);
    for (const name of names) new Topic(wire.line, name).broadcast(name);
    for (const [index, peer] of peers.entries()) expect(sent(peer)).toEqual([names[index]]);
    for (const [subject] of wire.published) expect(subject).toMatch(/^wsp\.t\.([0-9a-f]{2})+$/);
  });

  test('takes the message at once', () => {
    const { topics, peers } = twoProcesses();
    const message = bytes(3);
    topics[0].broadcast(message);
    message.fill(9);
    for (const peer of peers) expect(sent(peer)).toEqual([[0, 1, 2]]);
  });

  test('passes over members without room, and says which', () => {
    const { topics, peers } = twoProcesses();
    for (const index of [0, 2]) (peers[index] as MemoryPeer).peer.outbound_buffer_size = 2;
    expect(topics[0].broadcast(bytes(50))).toBe(1);
    expect(peers.map((peer) => sent(peer).length)).toEqual([0, 1, 0, 1]);
    expect(reports.take().every((line) => line.includes('outbound_buffer_size 2'))).toBe(true);
  });

  test('reaches the own process while the broker is closed', async () => {
    const { wire, topics, peers } = twoProcesses();
    await wire.broker.close();
    expect(topics[0].broadcast('here')).toBe(2);
    expect(peers.map((peer) => sent(peer).length)).toEqual([1, 1, 0, 0]);
  });
});

describe('members', () => {
  test('that have closed leave by themselves, and with the last one the subscription ends', () => {
    const { wire, topics, peers } = twoProcesses();
    expect(wire.subscriptions).toBe(2);
    for (const { peer, stream } of peers.slice(2)) {
      stream.end();
      peer.poll();
      expect(peer.get_ready_state()).toBe(WebSocketPeer.STATE_CLOSED);
    }
    topics[0].broadcast('on');
    world.loop.settle();
    expect(wire.subscriptions).toBe(1);
    expect(topics[1].get_member_count()).toBe(0);
    expect(topics[0].get_member_count()).toBe(2);
    reports.take();
  });

  test('that come and go without a message do not pile up', () => {
    const wire = new Wire();
    const topic = new Topic(wire.line, 'news');
    const counted = vi.spyOn(WebSocketPeer.prototype, 'get_ready_state');
    for (let index = 0; index < 300; index += 1) {
      const { peer, stream } = openPeer('server');
      topic.add(peer);
      stream.end();
      peer.poll();
    }
    counted.mockClear();
    topic.get_member_count();
    expect(counted.mock.calls.length).toBeLessThanOrEqual(64);
    counted.mockRestore();
    reports.take();
  });

  test('that are removed get nothing more', () => {
    const { topics, peers } = twoProcesses();
    topics[1].remove((peers[2] as MemoryPeer).peer);
    topics[0].broadcast('on');
    expect(peers.map((peer) => sent(peer).length)).toEqual([1, 1, 0, 1]);
  });

  test('of a closed topic stay connected, and get nothing more', () => {
    const { wire, topics, peers } = twoProcesses();
    topics[1].close();
    topics[0].broadcast('on');
    expect(peers.map((peer) => sent(peer).length)).toEqual([1, 1, 0, 0]);
    expect(wire.subscriptions).toBe(1);
    topics[0].free();
    expect(wire.subscriptions).toBe(0);
    expect(topics[1].broadcast('on')).toBe(-1);
    expect(topics[1].add((peers[0] as MemoryPeer).peer)).toBe(2);
    expect(reports.take()).toEqual(['broadcast: the topic "news" is closed', 'add: the topic "news" is closed']);
  });

  test('can not be peers that are closed', () => {
    const topic = new Topic(new MemoryBroker(), 'news');
    expect(topic.add(new WebSocketPeer())).toBe(31);
    expect(reports.take()).toEqual(['add: the peer is closed; begin its connection first']);
  });
});

describe('bad input', () => {
  test('as a message is refused whole, with the limit', () => {
    const { wire, topics, peers } = twoProcesses();
    expect(topics[0].broadcast(bytes(991))).toBe(-1);
    expect(topics[0].broadcast(Uint8Array.of(0xff), WebSocketPeer.WRITE_MODE_TEXT)).toBe(-1);
    expect(reports.take()).toEqual([
      'broadcast: 991 bytes are more than the 990 that the broker carries (its max_payload)',
      expect.stringContaining('UTF-8'),
    ]);
    expect(wire.published).toEqual([]);
    expect(topics[0].broadcast(bytes(990))).toBe(2);
    expect(peers.map((peer) => sent(peer).length)).toEqual([1, 1, 1, 1]);
  });

  test.each([
    [bytes(0)],
    [Uint8Array.of(1, 1, 0)],
    [Uint8Array.of(2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 65)],
    [Uint8Array.of(1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 65)],
  ])('of the broker (%s) is dropped, and reported once', (message) => {
    const { wire, peers } = twoProcesses();
    for (let time = 0; time < 5; time += 1) wire.broker.publish('wsp.t.6e657773', message);
    for (const peer of peers) expect(sent(peer)).toEqual([]);
    // Each of the two processes says so.
    expect(reports.take().filter((line) => line.includes(`${message.length} bytes that are no message`))).toHaveLength(
      2,
    );
  });

  test('of the constructor and of methods throws', () => {
    const broker = new MemoryBroker();
    expect(() => new Topic(broker, '')).toThrow('name must be 1 to 120 bytes long as UTF-8, got 0');
    expect(() => new Topic(broker, 'ä'.repeat(61))).toThrow('got 122');
    expect(() => new Topic(broker, 7 as never)).toThrow('name must be a string, got 7');
    expect(() => new Topic(null as never, 'news')).toThrow('broker must be a Broker, got null');
    const topic = new Topic(broker, 'news');
    expect(() => topic.add({} as never)).toThrow('peer must be');
    expect(() => topic.broadcast(7 as never)).toThrow('message must be');
    expect(() => topic.broadcast(bytes(1), 'text' as never)).toThrow('write_mode must be');
  });
});
