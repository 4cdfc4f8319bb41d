// Places on the way into servers: who loses a place when all are taken, limits per address, and that each place is
// given back once.
import { describe, expect, it, test } from 'vitest';
import { set_error_handler } from '../../host/binding/error-handler.js';
import { ADMISSIONS, Admission, Admissions, type Entrant } from '../../host/protocol/admissions.js';
import { Crowd, NO_PLACE } from '../../host/protocol/crowd.js';
import type { FailureCode } from '../../host/protocol/failures.js';
import type { ServerSettingValues } from '../../host/protocol/server-settings.js';
import { copyOf, defaultValues, ownValues, type SettingValues } from '../../host/protocol/settings.js';
import { useReports } from '../helpers/reports.js';

const reports = useReports();

class Guest implements Entrant {
  readonly placeLimits: Readonly<SettingValues>;
  readonly admission: Admission;
  isDropped = false;
  code = '';

  constructor(settings: Readonly<SettingValues>, address: string, crowd: Crowd | null = null, isWhole = false) {
    this.placeLimits = settings;
    this.admission = new Admission(crowd, isWhole);
    this.admission.begin(this, address);
  }

  drop(code: FailureCode): void {
    this.isDropped = true;
    this.code = code;
    this.admission.release(true);
  }

  sayGoodbye(): void {}
}

function settingsWith(limits: Partial<ServerSettingValues>): SettingValues & { [ADMISSIONS]: Admissions } {
  return copyOf(defaultValues(), { ...limits, [ADMISSIONS]: new Admissions() });
}

/** Handshakes that begin one after the other, and those of them that are dropped, when three places are there. */
const EVICTIONS: readonly [why: string, from: string[], dropped: number[]][] = [
  ['three have places', ['a', 'a', 'a'], []],
  ['a fourth of the same address takes the oldest place', ['a', 'a', 'a', 'a'], [0]],
  ['of another address, too', ['a', 'a', 'a', 'b'], [0]],
  ['an address that has one keeps it', ['b', 'a', 'a', 'a', 'a'], [1, 2]],
  ['a flood takes places of its own only', ['b', 'c', 'a', 'a', 'a', 'a', 'a'], [2, 3, 4, 5]],
  ['the newcomer counts: its own address gives way', ['b', 'a', 'c', 'a'], [1]],
  ['of equal addresses the oldest gives way', ['a', 'b', 'c', 'd', 'e'], [0, 1]],
  ['networks of IPv6 are one address', ['2001:db8::1', 'b', '2001:db8::2', '2001:db8::3'], [0]],
  ['mapped addresses are those of IPv4', ['1.2.3.4', 'b', 'c', '::ffff:1.2.3.4'], [0]],
  ['those without an address are not counted together', ['', 'a', '', 'a', ''], [1, 0]],
];

describe('with three places', () => {
  test.each(EVICTIONS)('%s', (_why, from, dropped) => {
    const settings = settingsWith({ maxPendingHandshakes: 3 });
    const order: number[] = [];
    const guests: Guest[] = [];
    for (const [number, address] of from.entries()) {
      guests[number] = new Guest(settings, address);
      for (const [index, guest] of guests.entries()) {
        if (guest.isDropped && !order.includes(index)) order.push(index);
      }
    }
    expect(order).toEqual(dropped);
    expect(settings[ADMISSIONS].pending).toBe(Math.min(3, from.length));
    expect(reports.warnings).toHaveLength(dropped.length > 0 ? 1 : 0);
  });

  it('a place is free again when the handshake is done, refused, or over', () => {
    const settings = settingsWith({ maxPendingHandshakes: 3, maxConnectionsPerAddress: 9 });
    const [done, over, silent] = ['a', 'a', 'a'].map((address) => new Guest(settings, address)) as [
      Guest,
      Guest,
      Guest,
    ];
    expect(done.admission.accept()).toBeNull();
    over.admission.release();
    over.admission.release();
    expect([over.admission.accept(), settings[ADMISSIONS].open('a')]).toEqual([null, 1]);
    new Guest(settings, 'a');
    new Guest(settings, 'a');
    expect([silent.isDropped, settings[ADMISSIONS].pending]).toEqual([false, 3]);
    new Guest(settings, 'a');
    expect([silent.isDropped, silent.code, done.isDropped]).toEqual([true, 'SERVER_FULL', false]);
  });
});

describe('max_pending_per_address', () => {
  it('drops further ones, and says so once', () => {
    const settings = settingsWith({ maxPendingPerAddress: 2 });
    const guests = ['a', 'b', 'a', 'a', 'a', '', '', ''].map((address) => new Guest(settings, address));
    expect(guests.map(({ isDropped }) => isDropped)).toEqual([false, false, false, true, true, false, false, false]);
    expect(reports.warnings).toEqual([
      'WebSocketPeer: a connection from a was dropped, 2 handshakes of that address are under way ' +
        '(max_pending_per_address)',
    ]);
    guests[0]?.admission.accept();
    expect(new Guest(settings, 'a').isDropped).toBe(false);
  });

  it('refuses a visitor whose address the head has told', () => {
    const settings = settingsWith({ maxPendingPerAddress: 1 });
    new Guest(settings, 'a');
    const proxied = new Guest(settings, '');
    expect(proxied.admission.arrived('a', true)).toMatchObject({ status: 429 });
    const other = new Guest(settings, '');
    expect([other.admission.arrived('b', true), other.admission.address]).toEqual([null, 'b']);
    expect(new Guest(settings, 'b').isDropped).toBe(true);
    expect(settings[ADMISSIONS].pending).toBe(2);
  });
});

describe('a request that is there whole', () => {
  const settings = settingsWith({ maxPendingHandshakes: 1, maxPendingPerAddress: 1 });

  it('takes nobody their place, and is answered where its address has too many', () => {
    const waiting = new Guest(settings, 'a');
    const [other, same] = [new Guest(settings, 'b', null, true), new Guest(settings, 'a', null, true)];
    expect([other.admission.arrived('b', false), same.admission.arrived('a', false)?.status]).toEqual([null, 429]);
    expect([waiting, other, same].map(({ isDropped }) => isDropped)).toEqual([false, false, false]);
    expect(settings[ADMISSIONS].pending).toBe(1);
  });

  it('has a place while it waits for the answer of a hook', () => {
    const own = settingsWith({ maxPendingPerAddress: 1 });
    const [first, second] = [new Guest(own, 'a', null, true), new Guest(own, 'a', null, true)];
    expect([first.admission.arrived('a', true), second.admission.arrived('a', true)?.status]).toEqual([null, 429]);
    expect(own[ADMISSIONS].pending).toBe(1);
  });
});

describe('max_connections_per_address', () => {
  it('refuses further ones with 429 until one has ended, however often it ends', () => {
    const settings = settingsWith({ maxConnectionsPerAddress: 2 });
    const accept = (address: string): [Guest, number | undefined] => {
      const guest = new Guest(settings, address);
      return [guest, guest.admission.accept()?.status];
    };
    const [first] = accept('2001:db8::1');
    expect([accept('2001:db8::2')[1], accept('2001:db8:0:1::1')[1], accept('')[1]]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    const [third, status] = accept('2001:db8::3');
    expect(status).toBe(429);
    third.admission.release();
    expect(settings[ADMISSIONS].open('2001:db8::9')).toBe(2);
    for (const isDropped of [true, false, true]) first.admission.release(isDropped);
    expect(settings[ADMISSIONS].open('2001:db8::9')).toBe(1);
    expect([accept('2001:db8::3')[1], accept('2001:db8::4')[1]]).toEqual([undefined, 429]);
    expect(reports.warnings).toHaveLength(1);
    expect(reports.warnings[0]).toMatch(
      /2001:db8:.* was refused \(429\), it has 2 open ones \(max_connections_per_address\)/,
    );
  });
});

describe('what is kept of an open connection', () => {
  const crowd = new Crowd({}, { alarm: () => ({ cancel: () => {} }) });
  const rest = (address: string, maxConnectionsPerAddress: number, of: Crowd | null): [Guest, unknown] => {
    const guest = new Guest(settingsWith({ maxConnectionsPerAddress }), address, of);
    guest.admission.accept();
    return [guest, guest.admission.rest];
  };

  it('is nothing of its own, while connections of an address are not counted', () => {
    expect([rest('a', 0, crowd)[1], rest('a', 0, null)[1], rest('', 1, null)[1]]).toEqual([crowd, NO_PLACE, NO_PLACE]);
  });

  it('is its admission while they are, which both counters know of until the end', () => {
    const server = new Crowd({}, { alarm: () => ({ cancel: () => {} }) });
    const [guest, kept] = rest('a', 1, server);
    const count = (): number[] => [guest.placeLimits[ADMISSIONS].open('a'), server.open];
    expect([kept, count()]).toEqual([guest.admission, [1, 1]]);
    guest.admission.release();
    expect(count()).toEqual([0, 0]);
  });
});

describe('a server', () => {
  const clock = { alarm: () => ({ cancel: () => {} }) };

  it('refuses beyond its limit with 503, says so once, and has room again when somebody has left', () => {
    const settings = settingsWith({});
    const crowd = new Crowd({}, clock);
    crowd.belongTo({}, () => 2);
    const guests = ['a', 'b', 'c', 'd'].map((address) => new Guest(settings, address, crowd));
    expect(guests.map(({ admission }) => admission.accept()?.status)).toEqual([undefined, undefined, 503, 503]);
    expect(reports.take()).toEqual(['WebSocketPeer: a client was refused (503), 2 are connected (max_peers)']);
    guests[0]?.admission.release();
    guests[0]?.admission.release();
    const late = new Guest(settings, 'e', crowd);
    expect([late.admission.accept(), crowd.open]).toEqual([null, 2]);
  });

  it('counts a connection that joins it later', () => {
    const crowd = new Crowd({}, clock);
    const guest = new Guest(settingsWith({}), 'a');
    guest.admission.accept();
    guest.admission.join(crowd);
    guest.admission.join(crowd);
    expect(crowd.open).toBe(1);
    guest.admission.release();
    guest.admission.join(crowd);
    expect(crowd.open).toBe(0);
  });
});

describe('who is counted together', () => {
  const [first, second] = [settingsWith({}), settingsWith({})];
  const counterOf = (settings: Readonly<SettingValues>): Admissions => settings[ADMISSIONS];

  it('are those with the defaults, also after one has changed a setting for itself', () => {
    expect(counterOf(ownValues(defaultValues()))).toBe(counterOf(defaultValues()));
  });

  it('are those with copies of the same values', () => {
    expect(counterOf(copyOf(first, { handshakeTimeoutMs: 0 }))).toBe(counterOf(first));
    expect(counterOf(first)).not.toBe(counterOf(second));
    expect(counterOf(first)).not.toBe(counterOf(defaultValues()));
  });
});

test('reports of places have their failure as data', () => {
  const failures: unknown[] = [];
  set_error_handler((_message, _kind, { failure }) =>
    failures.push([failure?.stage, failure?.code, failure?.http_status]),
  );
  const evicting = settingsWith({ maxPendingHandshakes: 1 });
  for (const address of ['a', 'a']) new Guest(evicting, address);
  const pending = settingsWith({ maxPendingPerAddress: 1 });
  for (const address of ['a', 'a']) new Guest(pending, address);
  const open = settingsWith({ maxConnectionsPerAddress: 1 });
  for (const address of ['a', 'a']) new Guest(open, address).admission.accept();
  expect(failures).toEqual([
    ['handshake', 'SERVER_FULL', 0],
    ['handshake', 'SERVER_FULL', 0],
    ['handshake', 'SERVER_FULL', 429],
  ]);
});
