// Adapter for Phaser 4: a global plugin. The engine is not imported, since a global plugin needs no base class.
import { FramePoll, type FramePollOptions, requirePart } from './frame-poll.js';

export type { FramePoll, FramePollOptions, PolledPeer } from './frame-poll.js';

const PRE_STEP = 'prestep';

const NO_GAME =
  "WebSocketPlugin: Phaser's plugin manager with a game is missing; it is a global plugin, for plugins.global of the configuration";

/** The part of `Phaser.Plugins.PluginManager` that the plugin uses. */
export interface PhaserPluginManager {
  readonly game: {
    readonly events: {
      on(event: string, listener: () => void): unknown;
      off(event: string, listener: () => void): unknown;
    };
  };
}

/**
 * Polls peers before every step of a Phaser 4 game, and closes them with the game.
 *
 * A global plugin, for the game's configuration; `data` holds the options:
 *
 * ```js
 * plugins: {
 *   global: [
 *     { key: 'webSockets', plugin: WebSocketPlugin, start: true, mapping: 'webSockets', data: { peers: [socket] } },
 *   ],
 * }
 * ```
 *
 * Scenes then find it as `this.webSockets`, and take what arrived in their `update()`.
 *
 * A first page, from an empty folder: `docs/recipes/phaser.md` in the repository.
 */
export class WebSocketPlugin {
  readonly #game: PhaserPluginManager['game'];
  readonly #frame = (): void => this.polling.poll();
  /** The polled peers; `add` those that connect later. */
  polling = new FramePoll();

  /** Called by Phaser's plugin manager. */
  constructor(pluginManager: PhaserPluginManager) {
    requirePart(pluginManager?.game?.events?.on, NO_GAME);
    this.#game = pluginManager.game;
  }

  /** Called by Phaser before the first `start()`, with the `data` of the configuration. */
  init(data?: FramePollOptions | null): void {
    this.polling = new FramePoll(data ?? {}, () => this.stop());
  }

  /** Called by Phaser: starts polling. */
  start(): void {
    this.stop();
    this.#game.events.on(PRE_STEP, this.#frame);
  }

  /** Called by Phaser's `plugins.stop()`: stops polling; the peers stay open. */
  stop(): void {
    this.#game.events.off(PRE_STEP, this.#frame);
  }

  /** Called by Phaser when the game is destroyed or the plugin removed: closes the peers. */
  destroy(): void {
    this.polling.close();
  }
}
