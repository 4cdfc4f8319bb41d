// Adapter for PlayCanvas: an ESM script. The engine is an optional peer dependency.
import { Script } from 'playcanvas';
import { FramePoll, type PolledPeer, requirePart } from './frame-poll.js';

export type { FramePoll, FramePollOptions, PolledPeer } from './frame-poll.js';

const NO_APP =
  'WebSocketScript: the script has no application; it is for the script component of an entity in a PlayCanvas application';

/**
 * Polls peers at the beginning of every frame of a PlayCanvas application, and closes them with its entity.
 *
 * A script, for any entity; `peers` and `budget` are set as properties when it is created:
 *
 * ```js
 * entity.addComponent('script');
 * entity.script.create(WebSocketScript, { properties: { peers: [socket] } });
 * app.on('update', () => takePackets(socket));
 * ```
 *
 * While it is disabled, the peers are not polled and stay open.
 *
 * A first page, from an empty folder: `docs/recipes/playcanvas.md` in the repository.
 */
export class WebSocketScript extends Script {
  /** The name of the script in its component: `entity.script.webSocket`. */
  static override scriptName = 'webSocket';

  /** The initial peers. Add later ones with `polling.add(peer)`. */
  declare peers?: Iterable<PolledPeer>;
  /** How long the polls of one frame may take, in milliseconds. Default 4. */
  declare budget?: number;
  /** The polled peers; set by `initialize()`. */
  declare polling: FramePoll;
  #isPolled = false;

  /** Called by PlayCanvas once, when the script is first enabled. */
  initialize(): void {
    const { app } = this;
    requirePart(app?.on, NO_APP);
    const frame = (): void => {
      if (!this.enabled) return;
      this.#isPolled = true;
      this.polling.poll();
    };
    this.polling = new FramePoll(this, () => app.off('frameupdate', frame));
    app.on('frameupdate', frame);
    this.on('destroy', () => this.polling.close());
  }

  /**
   * Called by PlayCanvas in every frame, after `frameupdate`.
   *
   * Polls when the application is driven by `app.update(dt)` alone, as on a server, without `frameupdate`.
   */
  update(): void {
    if (!this.#isPolled) this.polling.poll();
    this.#isPolled = false;
  }
}
