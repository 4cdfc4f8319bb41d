// What stands above a class: Godot's classes, and no helper between them.
import { expect, it } from 'vitest';
import * as godot3 from '../../host/godot3/index.js';
import * as godot4 from '../../host/index.js';
import * as scene from '../../host/scene/index.js';

const { GodotObject } = godot4;

/** Names of the classes of `object`, from its own up to Godot's Object. */
function chainOf(object: object): string[] {
  const names: string[] = [];
  for (let at = Object.getPrototypeOf(object); at !== GodotObject.prototype; at = Object.getPrototypeOf(at)) {
    names.push(at.constructor.name);
  }
  return [...names, 'Object'];
}

const MULTIPLAYER = ['MultiplayerPeer', 'PacketPeer', 'RefCounted', 'Object'];
const NETWORKED = ['WebSocketMultiplayerPeer', 'NetworkedMultiplayerPeer', 'PacketPeer', 'Reference'];

const rows: [object, string[]][] = [
  [new godot4.WebSocketMultiplayerPeer(), ['WebSocketMultiplayerPeer', ...MULTIPLAYER]],
  [new godot4.MultiplayerPeerExtension(), ['MultiplayerPeerExtension', ...MULTIPLAYER]],
  [new godot4.OfflineMultiplayerPeer(), ['OfflineMultiplayerPeer', ...MULTIPLAYER]],
  [new godot4.SceneMultiplayer(), ['SceneMultiplayer', 'MultiplayerAPI', 'RefCounted', 'Object']],
  [new scene.Node(), ['Node', 'Object']],
  [new scene.MultiplayerSpawner(), ['MultiplayerSpawner', 'Node', 'Object']],
  [new scene.SceneTree(), ['SceneTree', 'Object']],
  // Reference is Godot 3's name of RefCounted, which it stands on here.
  [new godot3.WebSocketClient(), ['WebSocketClient', ...NETWORKED, 'RefCounted', 'Object']],
  [new godot3.WebSocketServer(), ['WebSocketServer', ...NETWORKED, 'RefCounted', 'Object']],
  [new godot3.WebSocketPeer(), ['WebSocketPeer', 'PacketPeer', 'Reference', 'RefCounted', 'Object']],
];

it.each(rows)('%#: a class stands on the classes that Godot has above it, and on no other', (object, chain) => {
  expect(chainOf(object)).toEqual(chain);
});
