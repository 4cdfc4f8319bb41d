// Class "member floods": members without end, real ones and announced ones.
import { expect } from 'vitest';
import { SceneMultiplayer } from '../../host/godot4/multiplayer/scene-multiplayer.js';
import { attackClients, attackServers } from '../helpers/attack.js';
import { godot3Notice, TYPE } from '../helpers/godot3-messages.js';
import { concat } from '../helpers/memory-stream.js';
import { OP } from '../helpers/raw-peer-frames.js';
import { type Godot3ClientStage, MultiplayerClientStage } from '../helpers/stage-clients.js';
import { type Godot3ServerStage, MultiplayerStage } from '../helpers/stage-servers.js';

const ANNOUNCED = 6000;
/** As many as Godot's ENet peer can have. */
const MOST = 4095;

attackServers('member floods', 'who comes when max_peers are there is turned away', {}, async (stage) => {
  const owner = stage instanceof MultiplayerStage ? stage.peer : (stage as Godot3ServerStage).server;
  Reflect.set(owner, 'max_peers', 2);
  for (let member = 0; member < 2; member += 1) await (await stage.meet()).open();
  const further = await stage.meet();
  further.raw.send(further.handshake());
  await further.refusal();
  expect(further.isOpen).toBe(false);
});

attackClients(
  'member floods',
  `a server that announces ${ANNOUNCED} members is believed about ${MOST}`,
  {},
  async (stage) => {
    const known = new Set<number>();
    const note = (id: number): unknown => known.add(id);
    const ids = Array.from({ length: ANNOUNCED }, (_, i) => i + 10);
    if (stage instanceof MultiplayerClientStage) {
      const coming = stage.meet();
      const scene = new SceneMultiplayer();
      scene.multiplayer_peer = stage.peers[0] ?? null;
      stage.atEnd(() => scene.free());
      scene.connect('peer_connected', note);
      let isDone = false;
      scene.connect('peer_packet', () => {
        isDone = true;
      });
      const meeting = await coming;
      await meeting.open();
      meeting.raw.send(concat(ids.map((id) => meeting.frame(OP.BINARY, [7, 1, id & 255, id >> 8, 0, 0]))));
      meeting.send(OP.BINARY, [3, 99]);
      await stage.play(() => {
        scene.poll();
        return isDone;
      }, 'the packet behind the notices');
    } else {
      const godot3 = stage as Godot3ClientStage;
      godot3.isMultiplayer = true;
      const meeting = await godot3.meet();
      godot3.clients[0]?.connect('peer_connected', note);
      const notices = [godot3Notice(TYPE.ID, 7), ...ids.map((id) => godot3Notice(TYPE.ADD, id))];
      meeting.raw.send(meeting.handshake(), ...notices.map((notice) => meeting.frame(OP.BINARY, notice)));
      meeting.send(OP.CLOSE);
      await meeting.farewell();
    }
    expect(known.size).toBeGreaterThan(1000);
    expect(known.size).toBeLessThanOrEqual(MOST + 1); // the server itself
  },
);
