// The values behind the properties: what objects begin with by profile, what is shared, and what a change copies.
import { afterEach, describe, expect, test } from 'vitest';
import {
  type CompatibilityProfile,
  copyOf,
  currentProfile,
  defaultValues,
  ownValues,
  useProfile,
} from '../../host/protocol/settings.js';

afterEach(() => void useProfile('4.6'));

const PROFILES: readonly [profile: CompatibilityProfile, maxPackets: number][] = [
  ['4.3', 2048],
  ['4.6', 4096],
];

describe('profiles', () => {
  test('begin with the newest', () => {
    expect(currentProfile()).toBe('4.6');
  });

  test.each(PROFILES)("of %s let %i packets wait each way, and have Godot's other defaults", (profile, maxPackets) => {
    useProfile(profile);
    expect(currentProfile()).toBe(profile);
    expect(defaultValues()).toMatchObject({
      maxQueuedPackets: maxPackets,
      maxUnsentPackets: maxPackets,
      inboundBufferSize: 65535,
      outboundBufferSize: 65535,
      heartbeatIntervalMs: 0,
      supportedProtocols: [],
      handshakeHeaders: [],
    });
  });

  test('tell which one was before', () => {
    expect([useProfile('4.3'), useProfile('4.6'), useProfile('4.6')]).toEqual(['4.6', '4.3', '4.6']);
  });

  test.each(['4.4', '', 'toString', '__proto__'])('of %j are unknown, and change nothing', (name) => {
    const message = `profile must be one of '4.3', '4.6', got '${name}'`;
    expect(() => useProfile(name as CompatibilityProfile)).toThrow(new RangeError(message));
    expect(currentProfile()).toBe('4.6');
  });
});

describe('values', () => {
  test.each(PROFILES)('of %s are one object until something is set, then a copy', (profile) => {
    useProfile(profile);
    const shared = defaultValues();
    expect(defaultValues()).toBe(shared);
    const own = ownValues(shared);
    expect(own).not.toBe(shared);
    expect(own).toEqual(shared);
    own.maxQueuedPackets = 1;
    expect(defaultValues().maxQueuedPackets).not.toBe(1);
  });

  test('that were copied once are not copied again', () => {
    const own = ownValues(defaultValues());
    expect(ownValues(own)).toBe(own);
  });

  test('of the other profile are shared all the same, and are copied', () => {
    const former = defaultValues();
    useProfile('4.3');
    expect(ownValues(former)).not.toBe(former);
  });

  test('keep their order of keys in a copy, by which the JIT compiler tells kinds of objects apart', () => {
    const copy = copyOf(defaultValues(), { allowedHosts: ['a'], inboundBufferSize: 7 });
    expect(copy).toEqual({ ...defaultValues(), allowedHosts: ['a'], inboundBufferSize: 7 });
    expect(Object.keys(copy)).toEqual(Object.keys(defaultValues()));
  });
});
