// A player of the arena's room behind gateways, without sockets: what its Visitor sends, holds back, and ends.
import { beforeEach, describe, expect, it } from 'vitest';
import { Member } from '../../examples/arena/server/member.mjs';
import { Visitor } from '../../examples/arena/server/visitor.mjs';
import { encodePing } from '../../examples/arena/shared/packets.mjs';
import { WebSocketPeer } from '../../host/index.js';

const bytesOf = (words: object): Uint8Array => new TextEncoder().encode(JSON.stringify(words));

/** A ClusterMultiplayerPeer as far as a member uses it. */
class Room {
  readonly sent: { readonly to: number; readonly packet: Uint8Array }[] = [];
  readonly parted: number[] = [];
  #target = 0;

  set_target_peer(id: number): void {
    this.#target = id;
  }

  put_packet(packet: Uint8Array): number {
    this.sent.push({ to: this.#target, packet });
    return 0;
  }

  disconnect_peer(id: number): void {
    this.parted.push(id);
  }

  get words(): unknown[] {
    return this.sent.map(({ packet }) => JSON.parse(new TextDecoder().decode(packet)) as unknown);
  }
}

describe('a player of a room', () => {
  let room: Room;
  let member: Member;
  let visitor: Visitor;
  let gone: number;

  beforeEach(() => {
    room = new Room();
    gone = 0;
    member = new Member(room, 7);
    const hub = {
      hello: (one: Visitor) => (one.id = 3),
      chat: (one: Visitor, text: string) => one.tell({ kind: 'chat', text }),
      gone: () => (gone += 1),
    };
    visitor = new Visitor(member, hub);
    member.connect('activity', () => visitor.look(0));
    member.receive(bytesOf({ kind: 'hello', name: 'Ann' }));
  });

  it('is heard in packets that begin with a brace, and told in such', () => {
    expect([visitor.id, visitor.name]).toEqual([3, 'Ann']);
    member.receive(bytesOf({ kind: 'chat', text: 'hi' }));
    expect(room.words).toEqual([{ kind: 'chat', text: 'hi' }]);
    expect(room.sent[0]?.to).toBe(7);
  });

  it('gets no more snapshots when it was not heard for a while, and then again', () => {
    for (let count = 0; count < 40; count += 1) visitor.show(new Uint8Array(1024));
    expect([room.sent.length, visitor.counts.skipped]).toEqual([17, 23]); // what is below 16 KiB, and one that goes beyond
    member.receive(encodePing(5));
    visitor.show(new Uint8Array(1024));
    expect(room.sent.length).toBe(19); // the ping's answer, too
  });

  it('that talks nonsense is told why, and disconnected', () => {
    for (let count = 0; count < 12; count += 1) member.receive(Uint8Array.of(99));
    expect(room.words).toEqual([{ kind: 'note', text: 'packets that make no sense' }]);
    expect(room.parted).toEqual([7]);
    expect([visitor.isOpen, gone]).toEqual([false, 0]);
    member.gone();
    expect([member.get_ready_state(), gone]).toEqual([WebSocketPeer.STATE_CLOSED, 1]);
  });
});
