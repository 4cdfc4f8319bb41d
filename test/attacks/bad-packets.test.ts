// Class "bad packets": members that send what nobody may send, over and over.
import { expect } from 'vitest';
import { SceneMultiplayer } from '../../host/godot4/multiplayer/scene-multiplayer.js';
import { attackServers, expectTold } from '../helpers/attack.js';
import { godot3Message, TYPE } from '../helpers/godot3-messages.js';
import { concat } from '../helpers/memory-stream.js';
import { OP } from '../helpers/raw-peer-frames.js';
import type { Meeting, Stage } from '../helpers/stage.js';
import { type Godot3ServerStage, MultiplayerStage } from '../helpers/stage-servers.js';

/** Joins a game, and returns what a member may not send. */
async function member(stage: Stage): Promise<{ meeting: Meeting; bad: Uint8Array }> {
  if (stage instanceof MultiplayerStage) {
    const scene = new SceneMultiplayer();
    scene.multiplayer_peer = stage.peer;
    stage.atEnd(() => scene.free());
    const meeting = await stage.meet();
    await meeting.open();
    const turn = setInterval(() => scene.poll(), 1);
    stage.atEnd(() => clearInterval(turn));
    return { meeting, bad: Uint8Array.of(7, 9) };
  }
  const { server } = stage as Godot3ServerStage;
  server.stop();
  expect(server.listen(0, [], true)).toBe(0);
  let joined = 0;
  server.connect('peer_connected', () => {
    joined += 1;
  });
  const meeting = await stage.meet();
  meeting.raw.send(meeting.handshake());
  await stage.play(() => joined > 0, 'a member');
  return { meeting, bad: godot3Message(TYPE.PAYLOAD, 5, 1, [1]) };
}

attackServers('bad packets', 'a thousand bad packets cost a few lines of the log', {}, async (stage) => {
  const { meeting, bad } = await member(stage);
  meeting.raw.send(concat(new Array(1000).fill(meeting.frame(OP.BINARY, bad))));
  meeting.send(OP.CLOSE);
  await meeting.farewell();
  expectTold('bad packets', stage);
  // One a second: the machine may take a while.
  expect(stage.reports.errors.length + stage.reports.warnings.length).toBeLessThan(50);
});

attackServers(
  'bad packets',
  'a member is disconnected for more than max_bad_packets',
  { max_bad_packets: 10, close_timeout: 0.2 },
  async (stage) => {
    const { meeting, bad } = await member(stage);
    meeting.raw.send(concat(new Array(20).fill(meeting.frame(OP.BINARY, bad))));
    await meeting.farewell();
    expectTold('bad packets', stage);
  },
);
