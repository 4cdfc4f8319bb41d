// Load of scenes: players whom the server calls, who call it, or who get the states of its objects.

import { repeat } from '../lib/frames.mjs';
import { pause, processorTimeOf, rateOf } from './measure.mjs';
import { callFrame, moveFrame, Player, until } from './player.mjs';
import { openMany } from './wire.mjs';

const METHODS = ['done', 'flush', 'more', 'move'];
const [FLUSH, MORE, MOVE] = [1, 2, 3];
/** Sizes of the server's frames: a call of `move` and one of `done`, by the shortest numbers. */
const MOVE_SIZE = 16;
const DONE_SIZE = 5;
/** Bytes of a synchronizer's entry with a Vector2. */
const ENTRY_SIZE = 20;
const TIMES = 0x1_0000;
/** Connections that are opened together: a server with frames takes some of them for each. */
const AT_ONCE = 128;

async function openPlayers(job) {
  const players = [];
  const wires = await openMany(job, job.connections, AT_ONCE, (wire) => players.push(new Player(wire)));
  return { wires, players };
}

/** Players who know the node Main and are known to it, and whom it calls by its number alone. */
async function callers(job, answerOf, size) {
  const { wires, players } = await openPlayers(job);
  await until(() => players.every(({ id }) => id !== 0), 'ids');
  for (const player of players) player.tell('Main', METHODS);
  await until(() => players.every(({ isKnown }) => isKnown), 'confirmations');
  const areCalled = () => players.every(({ lastCall }) => lastCall === size);
  for (let i = 0; !areCalled() && i < 500; i += 1) {
    answerOf(players);
    await pause(20);
  }
  if (!areCalled()) throw new Error(`calls are not frames of ${size} bytes: ${players[0].lastCall}`);
  return { wires, players };
}

async function measured(wires, count, job, finish = () => {}) {
  const broken = new Promise((_, reject) => {
    for (const wire of wires) wire.onBroken = reject;
  });
  try {
    return await Promise.race([rateOf(count, job), broken]);
  } finally {
    finish();
    for (const wire of wires) wire.end();
  }
}

/** Calls per second that reach players: one of them asks for `batch` calls to all, `inFlight` batches at a time. */
export async function called(job) {
  const { connections, batch, inFlight } = job;
  const question = callFrame(MORE, batch);
  const ask = (players) => players[0].write(callFrame(MORE, 1));
  const { wires, players } = await callers(job, ask, MOVE_SIZE);
  await pause(50);
  const whole = connections * batch * MOVE_SIZE;
  let received = 0;
  let sent = inFlight;
  let over = false;
  const heard = (_, length) => {
    received += length;
    if (over) return;
    for (; received >= (sent - inFlight + 1) * whole; sent += 1) players[0].write(question);
  };
  for (const player of players) player.count(heard);
  for (let i = 0; i < inFlight; i += 1) players[0].write(question);
  return measured(
    wires,
    () => received / MOVE_SIZE,
    job,
    () => {
      over = true;
    },
  );
}

/** Calls per second that the server handles: every player sends batches, each with a question at its end. */
export async function calling(job) {
  const { batch, inFlight } = job;
  const flush = callFrame(FLUSH);
  const ask = (players) => {
    for (const player of players) player.write(flush);
  };
  const { wires, players } = await callers(job, ask, DONE_SIZE);
  await pause(50);
  const frames = Buffer.concat([repeat(moveFrame(MOVE, 7, 2.5), batch), flush]);
  let done = 0;
  let over = false;
  for (const player of players) {
    let bytes = 0;
    player.count((_, length) => {
      bytes += length;
      for (; bytes >= DONE_SIZE; bytes -= DONE_SIZE) {
        done += 1;
        if (!over) player.write(frames);
      }
    });
    for (let i = 0; i < inFlight; i += 1) player.write(frames);
  }
  return measured(
    wires,
    () => done * (batch + 1),
    job,
    () => {
      over = true;
    },
  );
}

/**
 * States of `objects` to players: the server's processor time of a frame, in milliseconds, and the bytes of a frame to
 * one player.
 */
export async function watching(job) {
  const { connections, objects, warmUpMs, measureMs, pid } = job;
  const { wires, players } = await openPlayers(job);
  try {
    await until(() => players.every(({ paths }) => paths >= objects), 'paths');
    const [first, ...others] = players;
    for (const player of others) player.count();
    await pause(warmUpMs);
    const received = () => players.reduce((sum, player) => sum + player.received, 0);
    const start = { time: first.time, bytes: received(), cpu: processorTimeOf(pid), at: performance.now() };
    await pause(measureMs);
    const frames = (first.time - start.time + TIMES) % TIMES;
    const bytes = (received() - start.bytes) / frames / connections;
    // A frame that has come to one player may still be on its way to another.
    if (bytes < objects * ENTRY_SIZE * 0.9)
      throw new Error(`${bytes} bytes a frame are no states of ${objects} objects`);
    const cpu = processorTimeOf(pid);
    if (cpu === null) throw new Error('this system does not report processor time');
    const seconds = (performance.now() - start.at) / 1000;
    return {
      milliseconds: ((cpu - start.cpu) * 1000) / frames,
      bytes,
      framesPerSecond: frames / seconds,
      cpu: { server: (cpu - start.cpu) / seconds, load: null },
    };
  } finally {
    for (const wire of wires) wire.end();
  }
}

/** Players of many sessions, who steer `rate` times a second and get states: processor shares, and bytes per second to each. */
export async function playing(job) {
  const { connections, rate, objects } = job;
  const { wires, players } = await openPlayers(job);
  await until(() => players.every(({ id }) => id !== 0), 'ids');
  for (const player of players) player.tell('Main', ['steer']);
  await until(() => players.every(({ isKnown, paths }) => isKnown && paths >= objects), 'paths');
  for (const player of players) player.count();
  const steer = callFrame(0, 7, 1);
  const timer = setInterval(() => {
    for (const player of players) player.write(steer);
  }, 1000 / rate);
  const received = () => players.reduce((sum, player) => sum + player.received, 0) / connections;
  return measured(wires, received, job, () => clearInterval(timer));
}
