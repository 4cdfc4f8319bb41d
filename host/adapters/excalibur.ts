// Adapter for Excalibur: a system of a scene's world. The engine is an optional peer dependency.
import { type Scene, System, SystemPriority, SystemType, type World } from 'excalibur';
import { FramePoll, type FramePollOptions, requirePart } from './frame-poll.js';

export type { FramePoll, FramePollOptions, PolledPeer } from './frame-poll.js';

const NO_ENGINE =
  'WebSocketSystem: the scene has no engine; add the system to the world of a scene that belongs to an Engine of Excalibur';
const NO_WORLD = 'WebSocketSystem: the world has no systemManager; Excalibur 0.30 or later is needed';

/**
 * Polls peers at the beginning of every frame of a scene, and closes them with the engine.
 *
 * Systems run after the actors; this one polls before them, in the engine's `preframe`:
 *
 * ```js
 * scene.world.add(new WebSocketSystem({ peers: [socket] }));
 * scene.on('preupdate', () => takePackets(socket));
 * ```
 *
 * It works while its scene is the current one. A game that keeps a connection over several scenes adds a system with
 * the same peer to each of them.
 *
 * **Note:** a system that was removed from its world closes its peers in the engine's next frame. To leave them open,
 * take them out with `polling.remove(peer)` first.
 *
 * A first page, from an empty folder: `docs/recipes/excalibur.md` in the repository.
 */
export class WebSocketSystem extends System {
  /** Excalibur's priority: before every other system. */
  static override priority = SystemPriority.Highest;
  /** Excalibur's type of system: updating, not drawing. */
  readonly systemType = SystemType.Update;
  /** The polled peers; `add` those that connect later. */
  readonly polling: FramePoll;
  #detach = (): void => {};

  /** Takes the options of every adapter. */
  constructor(options?: FramePollOptions) {
    super();
    this.polling = new FramePoll(options, () => this.#detach());
  }

  /** Called by Excalibur when the scene starts or, in one that runs, when the system is added. */
  override initialize(world: World, scene: Scene): void {
    requirePart(world?.systemManager?.systems, NO_WORLD);
    requirePart(scene?.engine?.on, NO_ENGINE);
    const { engine } = scene;
    const frame = (): void => {
      if (!world.systemManager.systems.includes(this)) this.polling.close();
      else if (engine.currentScene === scene) this.polling.poll();
    };
    // Excalibur also stops an engine to pause it.
    const stop = (): void => {
      if (engine.isDisposed()) this.polling.close();
    };
    engine.on('preframe', frame);
    engine.on('stop', stop);
    this.#detach = (): void => {
      engine.off('preframe', frame);
      engine.off('stop', stop);
    };
  }

  /** Called by Excalibur after the actors; does nothing. */
  override update(): void {}
}
