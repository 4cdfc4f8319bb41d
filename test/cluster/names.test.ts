// Names of rooms, and what a request's target may name.
import { describe, expect, test } from 'vitest';
import {
  hexOf,
  isRoomName,
  makeSubject,
  processKey,
  processOfKey,
  roomKey,
  roomOfTarget,
} from '../../host/cluster/names.js';

const LONGEST = 'a'.repeat(64);

const TARGETS: readonly (readonly [string, string | null])[] = [
  ['/room-7', 'room-7'],
  ['/room-7?token=x', 'room-7'],
  ['/room-7?/../other', 'room-7'],
  ['/Room_7', 'Room_7'],
  ['/0', '0'],
  ['/-', '-'],
  ['/%72oom', 'room'],
  [`/${LONGEST}`, LONGEST],
  [`/${'%61'.repeat(64)}`, LONGEST],
  [`/${LONGEST}a`, null],
  [`/${'%61'.repeat(65)}`, null],
  [`/${'a'.repeat(1_000_000)}`, null],
  ['', null],
  ['/', null],
  ['/?room', null],
  ['room', null],
  ['?/room', null],
  ['*', null],
  ['/%', null],
  ['/%0', null],
  ['/%zz', null],
  ['/%00', null],
  ['/room%00', null],
  ['/%C3', null],
  ['/%C3%A4', null],
  ['/%ED%A0%80', null],
  ['/%2525', null],
  ['/%2Froom', null],
  ['/..', null],
  ['/%2e%2e', null],
  ['/.', null],
  ['/a.b', null],
  ['/a/b', null],
  ['//room', null],
  ['/room/', null],
  ['/a b', null],
  ['/a%20b', null],
  ['/a+b', null],
  ['/*', null],
  ['/>', null],
  ['/wsp.>', null],
  ['/$SYS', null],
  ['/room\n', null],
  ['/room%0A', null],
  ['/room%0D%0A', null],
  ['/\u{1f600}', null],
  ['/\ud800', null],
  ['/r\u00f6\u00f6m', null],
  ['/room\u2028', null],
  ['/\uff41', null],
  ['/%EF%BB%BFroom', null],
  ['/room#x', null],
  ['/room;x', null],
  ['/__proto__', '__proto__'],
  ['http://host/room', null],
];

describe('the room of a target', () => {
  test.each(TARGETS.map(([target, room]) => [JSON.stringify(target.slice(0, 30)), target, room] as const))(
    '%s',
    (_, target, room) => {
      expect(roomOfTarget(target)).toBe(room);
    },
  );
});

describe('keys and subjects', () => {
  test('hold the name in hex, whatever it is', () => {
    expect(roomKey('room-7')).toBe('room.726f6f6d2d37');
    for (const name of ['*', '>', 'a.b', ' ', '\n', '\ud800', 'ä', '', '%00']) {
      expect(roomKey(name)).toMatch(/^room\.([0-9a-f]{2})*$/);
      expect(hexOf(name)).toMatch(/^([0-9a-f]{2})*$/);
      expect(isRoomName(name)).toBe(false);
    }
  });

  test('hold a process in eight digits, which can be read again', () => {
    expect(processKey(1)).toBe('proc.00000001');
    expect(processKey(0xffffffff)).toBe('proc.ffffffff');
    expect(makeSubject(0xabcdef)).toBe('wsp.make.00abcdef');
    for (const id of [1, 0x7fffffff, 0x80000000, 0xffffffff]) expect(processOfKey(processKey(id))).toBe(id);
  });

  test.each(['proc.', 'proc.1', 'proc.00000000', 'proc.0000000g', 'proc.FFFFFFFF', 'room.00000001', 'proc.000000011'])(
    '%s is no process',
    (key) => {
      expect(processOfKey(key)).toBeNull();
    },
  );
});
