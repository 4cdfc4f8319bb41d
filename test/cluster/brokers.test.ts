// One suite over all brokers: messages, requests and the directory do the same, whatever carries them.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { set_error_handler } from '../../host/binding/error-handler.js';
import { bytes, collect, MESSAGES, passed, type Situation, settled } from './broker-situations.js';
import { KINDS, type Stage } from './broker-stages.js';
import { DIRECTORY } from './directory-situations.js';

const ENDS: readonly Situation[] = [
  [
    'is closed for ever, told once; then nothing throws, and others find nobody',
    async ({ brokers: [a], another }, subject) => {
      const broker = await another();
      const statuses: string[] = [];
      broker.watch_status((status) => statuses.push(status));
      const { got } = collect(broker, subject);
      await settled(broker);
      await broker.close();
      await broker.close();
      expect([broker.status, statuses]).toEqual(['closed', ['closed']]);
      broker.publish(subject, bytes(1));
      broker.subscribe(subject, () => {})();
      expect(await broker.request(subject, bytes(), 1000)).toBe('silence');
      expect(await a.request(subject, bytes(), 5000)).toBe('nobody');
      expect(got).toEqual([]);
    },
  ],
  [
    'delivers what was published before it was closed',
    async ({ brokers: [a], another }, subject) => {
      const broker = await another();
      const { got } = collect(a, subject);
      await settled(a);
      for (let at = 0; at < 20; at += 1) broker.publish(subject, bytes(at));
      await broker.close();
      await passed(a, a, subject);
      expect(got.map(([at]) => at)).toEqual(got.map((_, at) => at));
      expect([0, 20]).toContain(got.length); // none where the other is a cluster of its own
    },
  ],
  [
    'answers what is under way with silence when it is closed, and rejects calls of the directory afterwards',
    async ({ brokers: [a], another }, subject) => {
      const broker = await another();
      a.subscribe(subject, () => {});
      await settled(a);
      const request = broker.request(subject, bytes(), 2000);
      await broker.close();
      expect(['silence', 'nobody']).toContain(await request);
      await expect(broker.directory.get('a')).rejects.toThrow(/closed|not connected/);
    },
  ],
];

let count = 0;

describe.each(KINDS)('$name', ({ missing, isShared, begin }) => {
  const suffix = missing === '' ? '' : ` (needs ${missing})`;
  let stage: Stage;
  beforeAll(async () => {
    if (missing === '') stage = await begin();
    set_error_handler(null);
  });
  afterAll(async () => {
    set_error_handler(undefined);
    if (missing === '') await stage.end();
  });

  const play = ([title, situation]: Situation): void =>
    it.skipIf(missing !== '')(`${title}${suffix}`, async () => {
      count += 1;
      await situation(stage, `wsp.s${count}`);
    });

  for (const situation of [...MESSAGES, ...DIRECTORY]) play(situation);
  for (const situation of isShared ? ENDS : ENDS.slice(0, 2)) play(situation);

  it.skipIf(missing !== '')(`throws a RangeError for a subject that can’t be${suffix}`, async () => {
    const broker = stage.brokers.find((one) => one.constructor.name !== 'RemoteBroker');
    for (const bad of ['', '*', 'wsp.>', 'a b', 'a..b'])
      expect(() => broker?.subscribe(bad, () => {})).toThrow(RangeError);
  });
});
