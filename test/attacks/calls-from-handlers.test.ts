// Class "calls from handlers": a game that ends everything from inside what it is told.
import { expect } from 'vitest';
import { set_error_handler } from '../../host/binding/error-handler.js';
import { attack } from '../helpers/attack.js';
import { closeBody, OP } from '../helpers/raw-peer-frames.js';
import type { Stage } from '../helpers/stage.js';

const CALLS: readonly (readonly [what: string, call: (stage: Stage) => void])[] = [
  ['polls', (stage) => stage.poll()],
  ['ends the game', (stage) => stage.stop()],
  [
    'polls, ends the game and polls',
    (stage) => {
      stage.poll();
      stage.stop();
      stage.poll();
    },
  ],
];

for (const [what, call] of CALLS) {
  attack('calls from handlers', `a signal handler that ${what} throws nothing`, {}, async (stage) => {
    const meeting = await stage.meet();
    let calls = 0;
    stage.onSignal = () => {
      calls += 1;
      if (calls < 100) call(stage);
    };
    meeting.raw.send(meeting.opening(), meeting.frame(OP.TEXT, 'x'), meeting.frame(OP.CLOSE, closeBody(1000)));
    await stage.play(() => meeting.raw.hasEnded, 'the end');
    expect(calls).toBeGreaterThan(0);
  });

  attack(
    'calls from handlers',
    `an error handler that ${what} throws nothing`,
    { inbound_buffer_size: 100 },
    async (stage) => {
      const meeting = await stage.meet();
      await meeting.open();
      let calls = 0;
      set_error_handler(() => {
        calls += 1;
        call(stage);
      });
      meeting.send(OP.TEXT, 'x'.repeat(200));
      await stage.play(() => meeting.raw.hasEnded, 'the end');
      expect(calls).toBeGreaterThan(0);
    },
  );
}

attack(
  'calls from handlers',
  'an error handler that throws does not stop the game',
  { inbound_buffer_size: 100 },
  async (stage) => {
    const meeting = await stage.meet();
    await meeting.open();
    let calls = 0;
    set_error_handler(() => {
      calls += 1;
      if (calls === 1) throw new Error('from the game');
    });
    meeting.send(OP.TEXT, 'x'.repeat(200));
    let thrown = 0;
    const guarded = (): boolean => {
      try {
        stage.poll();
      } catch (error) {
        expect(String(error)).toBe('Error: from the game');
        thrown += 1;
      }
      return meeting.raw.hasEnded;
    };
    while (!guarded()) await new Promise((resolve) => setTimeout(resolve, 1));
    expect([calls > 0, thrown <= 1]).toEqual([true, true]);
  },
);
