// The connections of one server and their common end, in a time that the tests make.
import { describe, expect, it } from 'vitest';
import { ADMISSIONS, Admission, Admissions, type Entrant } from '../../host/protocol/admissions.js';
import { Crowd } from '../../host/protocol/crowd.js';
import { SERVER_DEFAULTS } from '../../host/protocol/server-settings.js';

class Clock {
  due: (() => void) | null = null;
  delay = 0;

  alarm(delayMs: number, callback: () => void): { cancel(): void } {
    this.delay = delayMs;
    this.due = callback;
    return {
      cancel: () => {
        this.due = null;
      },
    };
  }
}

class Guest implements Entrant {
  readonly placeLimits = { ...SERVER_DEFAULTS, [ADMISSIONS]: new Admissions() };
  readonly admission: Admission;
  readonly log: (string | number)[] = [];

  constructor(crowd: Crowd, isOpen: boolean) {
    this.admission = new Admission(crowd);
    this.admission.begin(this, 'a');
    if (isOpen) this.admission.accept();
  }

  drop(code: string): void {
    this.log.push('dropped', code);
    this.admission.release(true);
  }

  sayGoodbye(code: number): void {
    this.log.push(code);
  }
}

const setUp = (): { clock: Clock; crowd: Crowd } => {
  const clock = new Clock();
  return { clock, crowd: new Crowd({}, clock) };
};

describe('a drain', () => {
  it('says 1001 to the open ones, drops handshakes, and is done when all are gone', async () => {
    const { clock, crowd } = setUp();
    const [open, other, joining] = [true, true, false].map((isOpen) => new Guest(crowd, isOpen)) as [
      Guest,
      Guest,
      Guest,
    ];
    const drained = crowd.drain(5000);
    expect([open.log, other.log, joining.log, clock.delay]).toEqual([
      [1001],
      [1001],
      ['dropped', 'SHUTTING_DOWN'],
      5000,
    ]);
    expect(crowd.drain(1)).toBe(drained);
    open.admission.release();
    expect(crowd.isDraining).toBe(true);
    other.admission.release();
    expect([clock.due, await drained]).toEqual([null, 0]);
  });

  it('drops the rest when the time is over, and counts it', async () => {
    const { clock, crowd } = setUp();
    const guests = [true, true, true].map((isOpen) => new Guest(crowd, isOpen));
    const drained = crowd.drain(5000);
    guests[0]?.admission.release();
    clock.due?.();
    expect([await drained, guests.map(({ log }) => log)]).toEqual([
      2,
      [[1001], [1001, 'dropped', 'SHUTTING_DOWN'], [1001, 'dropped', 'SHUTTING_DOWN']],
    ]);
  });

  it('counts those that were dropped meanwhile', async () => {
    const { crowd } = setUp();
    const guests = [true, true].map((isOpen) => new Guest(crowd, isOpen));
    const drained = crowd.drain(5000);
    guests[0]?.admission.release(true);
    guests[1]?.admission.release();
    expect(await drained).toBe(1);
  });

  it('is done at once without connections', async () => {
    expect(await setUp().crowd.drain(5000)).toBe(0);
  });

  it('refuses who comes meanwhile with 503', () => {
    const { crowd } = setUp();
    new Guest(crowd, true);
    void crowd.drain(5000);
    const late = new Guest(crowd, false);
    expect(late.admission.accept()).toMatchObject({ status: 503, text: 'the server is shutting down', fault: '' });
  });

  it('refuses who comes afterwards, until the server listens again', async () => {
    const { crowd } = setUp();
    await crowd.drain(5000);
    const statusOf = (): number | undefined => new Guest(crowd, false).admission.accept()?.status;
    expect([crowd.isDraining, statusOf()]).toEqual([true, 503]);
    crowd.endDrain();
    expect(statusOf()).toBe(503);
    crowd.reopen();
    expect([crowd.isDraining, statusOf()]).toEqual([false, undefined]);
  });

  it('can be ended, with those who are left as dropped, and begun again', async () => {
    const { crowd } = setUp();
    const guest = new Guest(crowd, true);
    const drained = crowd.drain(5000);
    crowd.endDrain();
    crowd.endDrain();
    expect(await drained).toBe(1);
    const again = crowd.drain(5000);
    guest.admission.release();
    expect(await again).toBe(0);
  });
});
