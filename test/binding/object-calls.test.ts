// What Object offers besides signals and reflection: meta data, paths to properties, calls for later, texts. The answers
// are those of the running engine.
import { describe, expect, it } from 'vitest';
import { GodotObject, RefCounted, WebSocketPeer } from '../../host/index.js';
import { useReports } from '../helpers/reports.js';

const reports = useReports();

class Player extends RefCounted {
  heard: number[] = [];
  position = { x: 1, y: 2 };
  tags = new Map([['team', 'red']]);
  _notification(what: number): void {
    this.heard.push(what);
  }
  _property_can_revert(property: string): boolean {
    return property === 'position';
  }
  _property_get_revert(property: string): unknown {
    return property === 'position' ? 0 : null;
  }
  override get(property: string): unknown {
    return Object.hasOwn(this, property) ? (this as unknown as Record<string, unknown>)[property] : super.get(property);
  }
}

describe('meta data', () => {
  it('is kept by name, and goes with null', () => {
    const object = new RefCounted();
    object.set_meta('a', 1);
    object.set_meta('b', [2]);
    object.set_meta('b', null);
    expect([object.get_meta_list(), object.has_meta('b'), object.get_meta('a')]).toEqual([['a'], false, 1]);
    object.remove_meta('a');
    object.remove_meta('nope');
    expect([object.get_meta('a', 5), object.get_meta('a')]).toEqual([5, null]);
    object.set_meta('bad name', 1);
    expect(object.get_meta_list()).toEqual([]);
    expect(reports.take()).toEqual(['get_meta: there is no "a"', 'set_meta: "bad name" must be letters, digits and _']);
  });
});

describe('paths to properties', () => {
  const reads: [string, unknown][] = [
    ['position', { x: 1, y: 2 }],
    ['position:x', 1],
    ['tags:team', 'red'],
    ['position:z', null],
    ['nope:x', null],
  ];
  it.each(reads)('%s is read', (path, value) => {
    expect(new Player().get_indexed(path)).toEqual(value);
  });

  it('are written, where there is something', () => {
    const player = new Player();
    player.set_indexed('position:x', 9);
    player.set_indexed('tags:team', 'blue');
    player.set_indexed('position:z', 9);
    expect([player.position, player.tags.get('team')]).toEqual([{ x: 9, y: 2 }, 'blue']);
    const peer = new WebSocketPeer();
    peer.set_indexed('max_queued_packets', 7);
    expect(peer.get_indexed('max_queued_packets')).toBe(7);
  });
});

describe('calls for later', () => {
  it('come when what happens now is done, and report what they throw', async () => {
    const peer = new WebSocketPeer();
    expect(peer.call_deferred('set_max_queued_packets', 5)).toBe(null);
    peer.set_deferred('inbound_buffer_size', 6);
    peer.call_deferred('set_max_queued_packets', 'five');
    expect(peer.max_queued_packets).toBe(4096);
    await Promise.resolve();
    expect([peer.max_queued_packets, peer.inbound_buffer_size]).toEqual([5, 6]);
    expect(reports.take()[0]).toContain('call_deferred: "set_max_queued_packets" threw TypeError');
  });
});

describe('an object', () => {
  it('has a number and a text of its own', () => {
    const [one, two] = [new RefCounted(), new RefCounted()];
    expect(one.get_instance_id()).toBeGreaterThan(0);
    const ids = [one, two, one].map((object) => object.get_instance_id());
    expect([ids[0] === ids[1], ids[0] === ids[2]]).toEqual([false, true]);
    expect(one.to_string()).toBe(`<RefCounted#${one.get_instance_id()}>`);
  });

  it("calls its class' own _notification and reverts", () => {
    const player = new Player();
    player.notification(1234);
    player.notification(5, true);
    expect(player.heard).toEqual([1234, 5]);
    expect([player.property_can_revert('position'), player.property_get_revert('position')]).toEqual([true, 0]);
    const plain = new RefCounted();
    plain.notification(1);
    expect([plain.property_can_revert('x'), plain.property_get_revert('x'), plain.is_queued_for_deletion()]).toEqual([
      false,
      null,
      false,
    ]);
  });

  it('tells how many arguments a method takes', () => {
    const object = new RefCounted();
    expect([object.get_method_argument_count('get_meta'), object.get_method_argument_count('nope')]).toEqual([2, 0]);
  });

  it('lets no signal through while they are blocked', () => {
    const peer = new WebSocketPeer();
    let heard = 0;
    peer.activity.connect(() => {
      heard += 1;
    });
    peer.set_block_signals(true);
    expect([peer.is_blocking_signals(), peer.emit_signal('activity'), heard]).toEqual([true, 28, 0]);
    peer.set_block_signals(false);
    expect([peer.emit_signal('activity'), heard, peer.has_connections('activity')]).toEqual([0, 1, true]);
  });

  it('tells of its list of properties when it is asked to', () => {
    const object = new RefCounted();
    let heard = 0;
    object.property_list_changed.connect(() => {
      heard += 1;
    });
    object.notify_property_list_changed();
    expect(heard).toBe(1);
  });

  it('drops only signals that add_user_signal has added', () => {
    const object = new GodotObject();
    object.remove_user_signal('script_changed');
    object.remove_user_signal('nope');
    expect([object.has_connections('nope'), object.get_signal_connection_list('nope')]).toEqual([false, []]);
    expect(reports.take()).toEqual([
      'remove_user_signal: "script_changed" was not added by add_user_signal',
      'remove_user_signal: Object has no signal "nope"',
      'has_connections: Object has no signal "nope"',
    ]);
  });
});
