// The check behind SECURITY.md, each with a table that it refuses.
import { describe, expect, it } from 'vitest';
import { faultsOf, parsed } from '../../scripts/lib/security-page.mjs';

const KINDS = { SERVERS: ['TCPServer', 'UDSServer'], CLIENTS: ['WebSocketPeer'] };
const ALL = { kinds: KINDS.SERVERS, because: '' };
const NO_CLIENTS = { kinds: [], because: 'nobody connects to a client' };
const ENTRY = { settings: ['max_handshake_size'], servers: ALL, clients: NO_CLIENTS };
const TITLES = ['long head: server: TCPServer: is refused', 'long head: server: UDSServer: is refused: twice'];

function faults(entry: object, titles: readonly string[]): string[] {
  const classes = { 'long head': { ...ENTRY, ...entry } };
  return faultsOf(classes, parsed(titles, classes), ['max_handshake_size'], KINDS);
}

describe('the table of attacks', () => {
  it('is without faults when every kind has its test', () => {
    expect(faults({}, TITLES)).toEqual([]);
    expect(faults({ grows: true }, [...TITLES, 'long head: growth: each byte once'])).toEqual([]);
  });

  it('takes what is shown from the title', () => {
    const found: { shown: string }[] = parsed([...TITLES, 'another test', 'long head'], { 'long head': ENTRY });
    expect(found.map(({ shown }) => shown)).toEqual(['is refused', 'is refused: twice']);
  });

  it.each([
    ['lacks a kind of server', {}, TITLES.slice(1), 'there is no test "long head: server: TCPServer: …"'],
    [
      'lacks a kind of client',
      { clients: { kinds: ['WebSocketPeer'], because: '' } },
      TITLES,
      'there is no test "long head: client: WebSocketPeer: …"',
    ],
    ['lacks a test of growth', { grows: true }, TITLES, 'there is no test "long head: growth: …"'],
    [
      'names a setting that does not exist',
      { settings: ['max_head'] },
      TITLES,
      '"long head" names the setting max_head, which does not exist',
    ],
    [
      'leaves out a kind without a reason',
      { clients: { kinds: [], because: '' } },
      TITLES,
      'there is no reason why not every client is concerned by "long head"',
    ],
    [
      'has a test of a kind that is not concerned',
      { servers: { kinds: ['TCPServer'], because: 'only there' } },
      TITLES,
      'a test "long head: server: UDSServer: …" is not listed for it',
    ],
  ])('is refused when a class %s', (_, entry, titles, fault) => {
    expect(faults(entry, titles)).toEqual([fault]);
  });
});
