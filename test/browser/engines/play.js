// Runs an engine for a few frames with an adapter and a peer that notes its polls, destroys it, and keeps what happened
// as `result` for the test.
const FRAMES = 4;
const DEADLINE_MS = 60_000;

const log = [];
const peer = { poll: () => log.push('poll'), close: () => log.push('close') };

/** `start` builds a game of the engine that notes its own code; it returns how to destroy it. */
export async function play(start) {
  const destroy = await start({ options: { peers: [peer] }, note: (line) => log.push(line) });
  const end = performance.now() + DEADLINE_MS;
  // The first frame of some engines only prepares the game, so the frames that count begin when the game's code ran.
  while (log.indexOf('game') < 0 || log.slice(log.indexOf('game')).filter((line) => line === 'poll').length < FRAMES) {
    if (performance.now() > end) throw new Error(`too few frames: ${log.join(' ')}`);
    await frame();
  }
  const running = log.slice(log.indexOf('game') + 1, log.lastIndexOf('poll')).join(' ');
  log.length = 0;
  await destroy();
  for (let frames = 0; frames < FRAMES; frames += 1) await frame();
  globalThis.result = { running, end: log.filter((line) => line !== 'game').join(' ') };
}

const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
