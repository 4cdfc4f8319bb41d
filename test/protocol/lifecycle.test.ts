// The table of states: every transition happens in some real scenario, and no other is possible.
import { afterAll, describe, expect, test, vi } from 'vitest';
import { LIFECYCLE, type LifecycleEvent, nextState, State, type StateName } from '../../host/protocol/lifecycle.js';
import { openRig, Rig, SIDES, type Side } from '../helpers/memory-stream-connection.js';
import { closeBody, OP } from '../helpers/raw-peer-frames.js';
import { useReports } from '../helpers/reports.js';

const { taken } = vi.hoisted(() => ({ taken: [] as string[] }));

vi.mock('../../host/protocol/lifecycle.js', async (original) => {
  const real = await original<typeof import('../../host/protocol/lifecycle.js')>();
  const names = ['CONNECTING', 'OPEN', 'CLOSING', 'CLOSED'];
  return {
    ...real,
    nextState: (state: State, event: LifecycleEvent): State => {
      taken.push(`${names[state]} ${event}`);
      return real.nextState(state, event);
    },
  };
});

useReports();

function closing(side: Side): Rig {
  const rig = openRig(side);
  rig.connection.close(1000, new Uint8Array(0));
  return rig;
}

function blockedOutput(rig: Rig): void {
  rig.stream.block();
  rig.connection.outbox.text('waits for the network');
  rig.poll();
}

const SCENARIOS: Record<string, (side: Side) => Rig> = {
  'CONNECTING handshake done': (side) => openRig(side),
  'CONNECTING handshake failed': (side) => {
    const rig = new Rig(side);
    rig.stream.deliver(new TextEncoder().encode('SSH-2.0-OpenSSH_9.6\r\n\r\n'));
    rig.poll();
    return rig;
  },
  'CONNECTING timeout': (side) => {
    const rig = new Rig(side, { handshakeTimeoutMs: 5000 });
    rig.loop.advance(5000);
    rig.poll();
    return rig;
  },
  'CONNECTING dropped': (side) => {
    const rig = new Rig(side);
    rig.connection.close(1000, new Uint8Array(0));
    return rig;
  },
  'OPEN close called': closing,
  'OPEN close received': (side) => {
    const rig = openRig(side);
    rig.receive(OP.CLOSE, closeBody(1000));
    rig.poll();
    return rig;
  },
  'OPEN reply waits': (side) => {
    const rig = openRig(side);
    blockedOutput(rig);
    rig.receive(OP.CLOSE, closeBody(1000));
    rig.poll();
    return rig;
  },
  'OPEN violation': (side) => {
    const rig = openRig(side);
    rig.receive(OP.TEXT, 'x', { rsv: 4 });
    rig.poll();
    return rig;
  },
  'OPEN stream ended': (side) => {
    const rig = openRig(side);
    rig.stream.end();
    rig.poll();
    return rig;
  },
  'OPEN timeout': (side) => {
    const rig = openRig(side, { heartbeatIntervalMs: 100 });
    rig.loop.advance(100);
    rig.poll();
    return rig;
  },
  'OPEN dropped': (side) => {
    const rig = openRig(side);
    rig.connection.destroy();
    return rig;
  },
  'CLOSING close received': (side) => {
    const rig = closing(side);
    rig.receive(OP.CLOSE, closeBody(1000));
    rig.poll();
    return rig;
  },
  'CLOSING reply sent': (side) => {
    const rig = openRig(side);
    blockedOutput(rig);
    rig.receive(OP.CLOSE, closeBody(1000));
    rig.poll();
    rig.stream.release();
    rig.poll();
    return rig;
  },
  'CLOSING violation': (side) => {
    const rig = closing(side);
    rig.receive(OP.TEXT, 'x', { rsv: 4 });
    rig.poll();
    return rig;
  },
  'CLOSING stream ended': (side) => {
    const rig = closing(side);
    rig.stream.end();
    rig.poll();
    return rig;
  },
  'CLOSING timeout': (side) => {
    const rig = closing(side);
    rig.loop.advance(10000);
    rig.poll();
    return rig;
  },
  'CLOSING dropped': (side) => {
    const rig = closing(side);
    rig.connection.destroy();
    return rig;
  },
};

describe.each(SIDES)('the life of a %s', (side) => {
  test.each(LIFECYCLE)('$from, $on: $to', ({ from, on, to }) => {
    taken.length = 0;
    const scenario = SCENARIOS[`${from} ${on}`];
    const rig = scenario(side);
    expect(taken.at(-1)).toBe(`${from} ${on}`);
    expect(rig.connection.state).toBe(State[to]);
    rig.loop.settle();
    if (to === 'CLOSED') expect(rig.loop.pendingAlarms, 'alarms that nobody cancelled').toBe(0);
  });
});

describe('nextState', () => {
  const names = Object.keys(State) as StateName[];
  const events = [...new Set(LIFECYCLE.map(({ on }) => on))];
  const known = new Set(LIFECYCLE.map(({ from, on }) => `${from} ${on}`));
  const unknown = names.flatMap((from) =>
    events.filter((on) => !known.has(`${from} ${on}`)).map((on) => ({ from, on })),
  );

  test.each(unknown)('throws on "$on" in $from', ({ from, on }) => {
    expect(() => nextState(State[from], on)).toThrow(`"${on}" cannot happen`);
  });

  test('nothing leads out of CLOSED, and each transition is listed once', () => {
    expect(LIFECYCLE.filter(({ from }) => from === 'CLOSED')).toEqual([]);
    expect(known.size).toBe(LIFECYCLE.length);
  });
});

afterAll(() => {
  taken.length = 0;
});
