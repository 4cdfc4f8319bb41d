// Situations in which all brokers must do the same: messages and requests.
import { expect } from 'vitest';
import type { Answer, Broker } from '../../host/cluster/broker.js';
import { until } from '../helpers/game.js';
import type { Stage } from './broker-stages.js';

export type Situation = readonly [title: string, play: (stage: Stage, subject: string) => Promise<void>];

const LONG_MS = 30_000;
const MIB = 1 << 20;

export const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const filled = (length: number): Uint8Array => new Uint8Array(length).map((_, at) => at % 251);

/** What came on `subject`, as arrays. */
export function collect(broker: Broker, subject: string): { got: number[][]; end: () => void } {
  const got: number[][] = [];
  return { got, end: broker.subscribe(subject, (message) => got.push([...message])) };
}

/** Resolves when the cluster knows what `brokers` have subscribed to. */
export async function settled(...brokers: Broker[]): Promise<void> {
  for (const broker of brokers) expect(await broker.request('wsp.nobody', bytes(), LONG_MS)).toBe('nobody');
}

/** Resolves when what `from` has published before has reached `to`. */
export async function passed(from: Broker, to: Broker, subject: string): Promise<void> {
  const end = to.subscribe(`${subject}.passed`, (_, answer) => answer?.(bytes()));
  await settled(to);
  expect(await from.request(`${subject}.passed`, bytes(), LONG_MS)).toEqual(bytes());
  end();
}

const plainAnswer = (answer: Answer): unknown => (typeof answer === 'string' ? answer : [...answer]);

export const MESSAGES: readonly Situation[] = [
  [
    'delivers the messages of each publisher in order, all of them',
    async ({ brokers: [a, b, c] }, subject) => {
      const { got } = collect(a, subject);
      await settled(a);
      for (let at = 0; at < 500; at += 1)
        for (const from of [b, c]) from.publish(subject, bytes(from === b ? 1 : 2, at >> 8, at & 255));
      await until(() => got.length >= 1000, 'all messages');
      const numbers = (who: number): number[] =>
        got.filter(([from]) => from === who).map(([, high, low]) => high * 256 + low);
      const all = Array.from({ length: 500 }, (_, at) => at);
      if (b !== c) expect([numbers(1), numbers(2)]).toEqual([all, all]);
      else expect(numbers(1)).toEqual(all.flatMap((at) => [at, at]));
    },
  ],
  [
    'delivers to all who subscribe, also to oneself, and to a function as often as it subscribes',
    async ({ brokers: [a, b, c] }, subject) => {
      const [one, two] = [collect(a, subject), collect(b, subject)];
      const twice: number[] = [];
      const receive = (message: Uint8Array): void => void twice.push(message.length);
      const ends = [c.subscribe(subject, receive), c.subscribe(subject, receive)];
      await settled(a, b, c);
      a.publish(subject, bytes(7));
      await until(() => one.got.length + two.got.length + twice.length >= 4, 'four deliveries');
      ends[0]?.();
      await settled(c);
      a.publish(subject, bytes(7, 7));
      await until(() => twice.length >= 3, 'the one that is left');
      await until(() => one.got.length + two.got.length >= 4, 'the others');
      await passed(a, c, subject);
      expect([one.got, two.got, twice]).toEqual([
        [[7], [7, 7]],
        [[7], [7, 7]],
        [1, 1, 2],
      ]);
    },
  ],
  [
    'delivers in another turn, what the bytes were when they were published',
    async ({ brokers: [a] }, subject) => {
      const { got } = collect(a, subject);
      await settled(a);
      const message = Buffer.from([1, 2, 3]);
      a.publish(subject, message);
      expect(got).toEqual([]);
      message.fill(9);
      await until(() => got.length > 0, 'the message');
      expect(got).toEqual([[1, 2, 3]]);
    },
  ],
  [
    'delivers plain bytes, which a receiver may keep',
    async ({ brokers: [a, b] }, subject) => {
      const kept: Uint8Array[] = [];
      a.subscribe(subject, (message) => kept.push(message));
      await settled(a);
      for (let at = 0; at < 100; at += 1) b.publish(subject, bytes(at));
      await until(() => kept.length === 100, 'all messages');
      expect(kept.map(([value]) => value)).toEqual(kept.map((_, at) => at));
      expect(kept.filter((message) => message.constructor !== Uint8Array)).toEqual([]);
    },
  ],
  [
    'delivers no more after unsubscribing, which may be done twice',
    async ({ brokers: [a, b] }, subject) => {
      const [one, two] = [collect(a, subject), collect(a, subject)];
      await settled(a);
      one.end();
      one.end();
      await settled(a);
      b.publish(subject, bytes(1));
      await until(() => two.got.length > 0, 'the message');
      expect(one.got).toEqual([]);
    },
  ],
  [
    'keeps subjects apart that begin alike',
    async ({ brokers: [a, b] }, subject) => {
      const all = [subject, `${subject}.a`, `${subject}.ab`, `${subject}.a.b`, `${subject}a`].map((one) =>
        collect(a, one),
      );
      await settled(a);
      b.publish(`${subject}.a`, bytes(1));
      await passed(b, a, subject);
      expect(all.map(({ got }) => got.length)).toEqual([0, 1, 0, 0, 0]);
    },
  ],
  [
    'answers requests, each with its own',
    async ({ brokers: [a, b, c] }, subject) => {
      a.subscribe(subject, (message, answer) => answer?.(bytes((message[0] ?? 0) + 1)));
      await settled(a);
      const askers = Array.from({ length: 50 }, (_, at) => (at % 2 === 0 ? b : c).request(subject, bytes(at), LONG_MS));
      expect((await Promise.all(askers)).map(plainAnswer)).toEqual(askers.map((_, at) => [at + 1]));
    },
  ],
  [
    'answers with what the bytes were when they were given, also with none',
    async ({ brokers: [a, b] }, subject) => {
      a.subscribe(subject, (message, answer) => {
        const reply = new Uint8Array(message[0] ?? 0).fill(4);
        answer?.(reply);
        reply.fill(5);
      });
      await settled(a);
      expect(plainAnswer(await b.request(subject, bytes(0), LONG_MS))).toEqual([]);
      expect(plainAnswer(await b.request(subject, bytes(3), LONG_MS))).toEqual([4, 4, 4]);
    },
  ],
  [
    'takes the first answer of a receiver, and of several receivers one',
    async ({ brokers: [a, b, c] }, subject) => {
      for (const [at, broker] of [a, b].entries()) {
        broker.subscribe(subject, (_, answer) => {
          answer?.(bytes(at, 1));
          answer?.(bytes(at, 2));
        });
      }
      await settled(a, b);
      for (let round = 0; round < 20; round += 1) {
        expect(['0,1', '1,1']).toContain(String(await c.request(subject, bytes(), LONG_MS)));
      }
    },
  ],
  [
    'gives what is published no way to answer',
    async ({ brokers: [a, b] }, subject) => {
      const answers: unknown[] = [];
      a.subscribe(subject, (_, answer) => answers.push(answer));
      await settled(a);
      b.publish(subject, bytes());
      await until(() => answers.length > 0, 'the message');
      expect(answers).toEqual([null]);
    },
  ],
  [
    'says at once when nobody subscribes, or no longer',
    async ({ brokers: [a, b] }, subject) => {
      expect(await b.request(subject, bytes(), LONG_MS)).toBe('nobody');
      const end = a.subscribe(subject, (_, answer) => answer?.(bytes(1)));
      await settled(a);
      expect(plainAnswer(await b.request(subject, bytes(), LONG_MS))).toEqual([1]);
      end();
      await settled(a);
      expect(await b.request(subject, bytes(), LONG_MS)).toBe('nobody');
    },
  ],
  [
    'says when there is no answer in time, and takes none that comes late',
    async ({ brokers: [a, b] }, subject) => {
      let late: ((answer: Uint8Array) => void) | null = null;
      a.subscribe(subject, (_, answer) => {
        late = answer;
      });
      await settled(a);
      const begin = performance.now();
      expect(await b.request(subject, bytes(), 200)).toBe('silence');
      expect(performance.now() - begin).toBeGreaterThan(190);
      await until(() => late !== null, 'the request');
      (late as unknown as (answer: Uint8Array) => void)(bytes(1));
      await passed(a, b, subject);
    },
  ],
  [
    'carries messages, requests and answers as large as max_payload',
    async ({ brokers: [a, b] }, subject) => {
      const most = filled(a.max_payload);
      const { got } = collect(a, subject);
      b.subscribe(`${subject}.echo`, (message, answer) => answer?.(message));
      await settled(a, b);
      expect(a.max_payload).toBe(MIB);
      b.publish(subject, most);
      b.publish(subject, bytes());
      const echo = await a.request(`${subject}.echo`, most, LONG_MS);
      await until(() => got.length === 2, 'both messages');
      expect(Buffer.from(echo as Uint8Array).equals(most)).toBe(true);
      expect(Buffer.from(got[0] ?? []).equals(most)).toBe(true);
      expect(got[1]).toEqual([]);
    },
  ],
  [
    'drops what is larger, and goes on',
    async ({ brokers: [a, b] }, subject) => {
      const { got } = collect(a, subject);
      const echo = (_: Uint8Array, answer: ((reply: Uint8Array) => void) | null): void => {
        answer?.(new Uint8Array(MIB + 1));
        answer?.(bytes(1));
      };
      a.subscribe(`${subject}.more`, echo);
      await settled(a);
      b.publish(subject, new Uint8Array(MIB + 1));
      b.publish(subject, bytes(1));
      expect(await b.request(subject, new Uint8Array(MIB + 1), LONG_MS)).toBe('silence');
      expect(plainAnswer(await b.request(`${subject}.more`, bytes(), LONG_MS))).toEqual([1]);
      await until(() => got.length > 0, 'the small one');
      expect([got, a.status, b.status]).toEqual([[[1]], 'connected', 'connected']);
    },
  ],
  [
    'neither publishes nor asks under a hostile subject',
    async ({ brokers: [a, b] }, subject) => {
      const { got } = collect(a, subject);
      await settled(a);
      const hostile = [
        '',
        '.',
        '*',
        '>',
        'wsp.>',
        `${subject}.*`,
        `${subject} 1`,
        `${subject}\r\nPUB x 0\r\n`,
        'wsp..a',
        'ä',
        'a'.repeat(300),
      ];
      for (const one of hostile) b.publish(one, bytes(1));
      const answers = await Promise.all(hostile.map((one) => b.request(one, bytes(1), 1000)));
      expect(new Set(answers)).toEqual(new Set(['silence']));
      await passed(b, a, subject);
      expect([got, b.status]).toEqual([[], 'connected']);
    },
  ],
];
