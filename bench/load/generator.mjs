// Load generator, in a separate process, the same for all contestants: it sends prebuilt data and counts received bytes
// in one buffer, so that it costs less than any of them.
import { obey } from '../lib/child.mjs';
import { flow } from './flow.mjs';
import { release } from './held.mjs';
import { hold, knock } from './knock.mjs';
import { echoes, heralds, trips } from './members.mjs';
import { room } from './room.mjs';
import { called, calling, playing, watching } from './scene.mjs';
import { talk, talkAndHold, tellAll } from './talk.mjs';
import { openPlace } from './wire.mjs';

let place = null;

async function listen() {
  place ??= await openPlace();
  return { port: place.port };
}

/** The load on clients that have connected to the generator's port. */
async function answering(job) {
  const wires = place.wires.splice(0);
  await Promise.all(wires.map(({ ready }) => ready));
  return flow({ ...job, towards: 'client' }, wires);
}

obey(
  {
    flow,
    knock,
    hold,
    release,
    room,
    talk,
    talkAndHold,
    tellAll,
    listen,
    answering,
    called,
    calling,
    watching,
    playing,
    trips,
    echoes,
    heralds,
  },
  { ready: true },
);
