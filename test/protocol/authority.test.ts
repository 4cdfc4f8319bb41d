// What may stand in Host and in a URL's authority: which host it names, or that it names none.
import { describe, expect, test } from 'vitest';
import { hostOf } from '../../host/protocol/authority.js';

const NAMED: readonly [authority: string, host: string, why: string][] = [
  ['game.example', 'game.example', 'a name'],
  ['game.example:9080', 'game.example', 'a name and a port'],
  ['game.example:', 'game.example', 'an empty port (RFC 3986 §3.2.3)'],
  ['game.example:65535', 'game.example', 'the largest port'],
  ['game.example:00080', 'game.example', 'zeros in front of a port'],
  ['Game.EXAMPLE', 'Game.EXAMPLE', 'capitals, as they came'],
  ["a-b._~%20!$&'()*+;=", "a-b._~%20!$&'()*+;=", 'every other character of a reg-name (RFC 3986 §3.2.2)'],
  ['127.0.0.1:80', '127.0.0.1', 'IPv4'],
  ['[::1]', '[::1]', 'IPv6 in brackets'],
  ['[::1]:9080', '[::1]', 'IPv6 in brackets and a port'],
  ['[::ffff:1.2.3.4]:1', '[::ffff:1.2.3.4]', 'IPv6 that ends as IPv4'],
  ['::1', '::1', 'IPv6 without brackets, as Godot sends it'],
  ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8', 'all eight groups without brackets, of which none is a port'],
  ['1:2:3:4:5:6:7:8:9080', '1:2:3:4:5:6:7:8', 'a port behind eight groups'],
];

const REFUSED: readonly [authority: string, why: string][] = [
  ['', 'nothing'],
  [':80', 'a port alone'],
  ['a,b', 'a comma, which joins two headers'],
  ['a b', 'a blank'],
  ['a/b', 'a path'],
  ['user@a', 'user information (RFC 9110 §4.2.4)'],
  ['a?b', 'a query'],
  ['ä', 'a letter beyond ASCII'],
  ['a\u0000', 'a control character'],
  ['a:65536', 'a port beyond the largest'],
  ['a:-1', 'a port with a sign'],
  ['a:8x', 'a port with a letter'],
  ['a:80:80', 'two ports'],
  ['[::1', 'a bracket that is not closed'],
  ['::1]', 'a bracket that is not opened'],
  ['[a]', 'a name in brackets'],
  ['[127.0.0.1]', 'IPv4 in brackets'],
  ['[::1]x', 'something behind the brackets'],
  ['a[b', 'a bracket inside a name'],
];

describe('the host that a request is for', () => {
  test.each(NAMED)('%j names %j: %s', (authority, host) => {
    expect(hostOf(authority)).toBe(host);
  });

  test.each(REFUSED)('%j names none: %s', (authority) => {
    expect(hostOf(authority)).toBeNull();
  });
});
