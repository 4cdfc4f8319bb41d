// This page's own player goes where its stick says at once, by the server's rules, and is drawn gently to where the
// server has it: nobody waits for a round trip to see themselves move.
import { move, PLAYER_SPEED } from './shared/rules.mjs';

/** Further off than this, the server is right at once. */
const SNAP = 160;
/** Share of the error that goes in a second. */
const PULL = 5;
const LONGEST_FRAME_SECONDS = 0.1;

export class Prediction {
  #body = null;
  #server = null;

  /** The newest word of the server about this player, or undefined. */
  correct(player) {
    this.#server = player === undefined || player.health === 0 ? null : player;
    if (this.#server === null) this.#body = null;
  }

  /** Where to draw the player after `seconds` of this stick, or null while it is out. */
  step({ x, y }, seconds, roundTripMs) {
    if (this.#server === null) return null;
    this.#body ??= { x: this.#server.x, y: this.#server.y };
    const elapsed = Math.min(seconds, LONGEST_FRAME_SECONDS);
    move(this.#body, x, y, elapsed);
    // What the server tells is as old as half a round trip, and has not heard the stick's last half.
    const length = Math.max(1, Math.hypot(x, y));
    const ahead = (PLAYER_SPEED * Math.min(roundTripMs, 300)) / 1000 / length;
    const goal = this.#server;
    const error = { x: goal.x + x * ahead - this.#body.x, y: goal.y + y * ahead - this.#body.y };
    const pull = Math.hypot(error.x, error.y) > SNAP ? 1 : Math.min(1, PULL * elapsed);
    this.#body.x += error.x * pull;
    this.#body.y += error.y * pull;
    move(this.#body, 0, 0, 0);
    return this.#body;
  }
}
