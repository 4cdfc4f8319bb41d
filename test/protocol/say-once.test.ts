// What is said once for each call or setting, whoever asks again.
import { describe, expect, test } from 'vitest';
import { sayOnce } from '../../host/protocol/say-once.js';
import { NEWS, REPORT, SETTINGS, type SessionOwner } from '../../host/protocol/session.js';
import { defaultValues } from '../../host/protocol/settings.js';

function hearing(): { owner: SessionOwner; heard: string[] } {
  const heard: string[] = [];
  const owner: SessionOwner = {
    [SETTINGS]: defaultValues(),
    [NEWS]: () => {},
    [REPORT]: (message, kind = 'error') => heard.push(`${kind}: ${message}`),
  };
  return { owner, heard };
}

describe('sayOnce', () => {
  test('says the first thing about a matter only, to whichever owner comes first', () => {
    const [first, second] = [hearing(), hearing()];
    sayOnce(first.owner, 'set_one', 'not here');
    sayOnce(first.owner, 'set_one', 'not here');
    sayOnce(second.owner, 'set_one', 'in other words');
    expect([first.heard, second.heard]).toEqual([['error: set_one: not here'], []]);
  });

  test('says the same about another matter, in the kind that is asked for', () => {
    const { owner, heard } = hearing();
    sayOnce(owner, 'set_two', 'not here', 'warning');
    sayOnce(owner, 'set_three', 'not here');
    expect(heard).toEqual(['warning: set_two: not here', 'error: set_three: not here']);
  });
});
