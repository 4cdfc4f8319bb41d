// Lists of members in a page: what their dictionaries need is loaded on demand.
import { expect, test } from 'vitest';
import * as descriptions from '../../host/binding/descriptions.js';
import { useDescriptions } from '../../host/browser/descriptions.js';
import { WebSocketPeer } from '../../host/index.browser.js';
import { useReports } from '../helpers/reports.js';

const reports = useReports();
const LISTS = ['property', 'method', 'signal'] as const;

test.each(LISTS)('get_%s_list says what a page needs, and then has the members', (what) => {
  const peer = new WebSocketPeer();
  const list = (): unknown[] => peer[`get_${what}_list`]();
  if (what === LISTS[0]) {
    expect(list()).toEqual([]);
    expect(reports.take()).toEqual(['get_property_list: a page needs: import "websocketpeer/extension"']);
    useDescriptions(descriptions);
  }
  expect(list().length).toBeGreaterThan(1);
  expect(reports.take()).toEqual([]);
});

test('what does not need them works without them', () => {
  const peer = new WebSocketPeer();
  expect([peer.has_method('poll'), peer.has_signal('activity'), peer.get('handshake_timeout')]).toEqual([
    true,
    true,
    30,
  ]);
  expect(peer.call('get_ready_state')).toBe(WebSocketPeer.STATE_CLOSED);
});
