// Class "spoofed sender": packets in the name of another member.
import { expect } from 'vitest';
import { attackServers, expectTold } from '../helpers/attack.js';
import { godot3Message, TYPE } from '../helpers/godot3-messages.js';
import { OP } from '../helpers/raw-peer-frames.js';
import { type Godot3ServerStage, MultiplayerStage } from '../helpers/stage-servers.js';

attackServers('spoofed sender', 'a packet comes from whose connection it came', {}, async (stage) => {
  if (stage instanceof MultiplayerStage) {
    // No sender is on the wire: whatever a packet holds, its source is the connection's.
    const { peer } = stage;
    const ids: number[] = [];
    peer.connect('peer_connected', (id: number) => ids.push(id));
    const [honest, liar] = [await stage.meet(), await stage.meet()];
    await honest.open();
    const second = await stage.meet();
    liar.raw.end();
    await second.open();
    second.send(OP.BINARY, Uint8Array.from(Buffer.from(Int32Array.of(ids[0] as number).buffer)));
    await stage.play(() => peer.get_available_packet_count() > 0, 'a packet');
    expect(peer.get_packet_peer()).toBe(ids[1]);
    return;
  }
  const { server } = stage as Godot3ServerStage;
  server.stop();
  expect(server.listen(0, [], true)).toBe(0);
  const ids: number[] = [];
  server.connect('peer_connected', (id: number) => ids.push(id));
  const join = async () => {
    const meeting = await stage.meet();
    meeting.raw.send(meeting.handshake());
    const before = ids.length;
    await stage.play(() => ids.length > before, 'a member');
    return meeting;
  };
  await join();
  const liar = await join();
  const [victim, own] = ids as [number, number];
  liar.send(OP.BINARY, godot3Message(TYPE.PAYLOAD, victim, 1, [1]));
  liar.send(OP.BINARY, godot3Message(TYPE.PAYLOAD, own, 1, [2]));
  await stage.play(() => server.get_available_packet_count() > 0, 'the honest packet');
  expect([server.get_packet_peer(), ...server.get_packet()]).toEqual([own, 2]);
  expectTold('spoofed sender', stage);
});
