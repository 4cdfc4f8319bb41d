// Class "ping flood": pings whose pongs the other side does not read.
import { expect } from 'vitest';
import { attack } from '../helpers/attack.js';
import { concat } from '../helpers/memory-stream.js';
import { OP, type WireFrame } from '../helpers/raw-peer-frames.js';

const PINGS = 20_000;
/** Most pongs that one poll sends. */
const PONGS_PER_POLL = 64;

attack(
  'ping flood',
  'pongs are bounded while nobody reads them, and the newest ping is answered',
  {},
  async (stage) => {
    const meeting = await stage.meet();
    await meeting.open();
    const { raw } = meeting;
    raw.stopReading();
    const before = stage.polls;
    const pad = 'p'.repeat(100);
    raw.send(concat(Array.from({ length: PINGS }, (_, i) => meeting.frame(OP.PING, `${i} ${pad}`))));
    meeting.send(OP.TEXT, 'behind the pings');
    await meeting.packet();
    raw.readOn();
    const pongs: WireFrame[] = [];
    const newest = `${PINGS - 1} ${pad}`;
    await stage.play(() => {
      pongs.push(...raw.takeFrames().filter(({ opcode }) => opcode === OP.PONG));
      return Buffer.from(pongs.at(-1)?.payload ?? []).toString() === newest;
    }, 'the newest pong');
    if (!stage.pollsItself) expect(pongs.length).toBeLessThanOrEqual(PONGS_PER_POLL * (stage.polls - before));
    expect(pongs.length).toBeLessThan(PINGS);
  },
);
