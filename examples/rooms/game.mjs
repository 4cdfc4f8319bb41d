// The game of the rooms as both sides know it: a button. Who presses it is told to all in the room.
import { Node } from 'websocketpeer/scene';

/** The node Main of the Godot project: what its script marks with @rpc. */
export class GameNode extends Node {
  static rpcs = {
    press: { mode: 'any_peer' },
    pressed: {},
  };

  constructor() {
    super();
    this.name = 'Main';
  }
}
