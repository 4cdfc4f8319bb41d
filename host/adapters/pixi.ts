// Adapter for PixiJS 8: an application extension on the ticker. The engine is not imported.
import { FramePoll, type FramePollOptions, requirePart } from './frame-poll.js';

export type { FramePoll, FramePollOptions, PolledPeer } from './frame-poll.js';

/** Priority above `UPDATE_PRIORITY.INTERACTION` (50), the engine's highest. */
const FIRST = 100;

const NO_TICKER =
  'webSocketExtension: the PixiJS application has no ticker; add TickerPlugin of pixi.js to the extensions before this one';

/** The part of `Application` that the extension uses. */
export interface PixiApplication {
  readonly ticker: {
    add(listener: () => void, context: undefined, priority: number): unknown;
    remove(listener: () => void): unknown;
  };
  webSockets?: FramePoll;
}

declare global {
  namespace PixiMixins {
    interface ApplicationOptions {
      /** The peers to poll, and the time budget of a frame. */
      webSockets?: FramePollOptions;
    }
    interface Application {
      /** The polled peers; `add` those that connect later. */
      webSockets: FramePoll;
    }
  }
}

/**
 * Polls peers at the beginning of every tick of a PixiJS 8 application, and closes them with it.
 *
 * An extension, to be added before the application's `init()`, which takes the options as `webSockets`:
 *
 * ```js
 * extensions.add(webSocketExtension);
 * await app.init({ webSockets: { peers: [socket] } });
 * app.ticker.add(() => takePackets(socket));
 * ```
 *
 * More peers join by `app.webSockets.add(peer)`.
 *
 * **Note:** it belongs to the ticker that the application has when it starts.
 *
 * A first page, from an empty folder: `docs/recipes/pixi.md` in the repository.
 */
export const webSocketExtension = {
  /** PixiJS's kind of extension. */
  extension: 'application',

  /** Called by PixiJS with the application as `this`. */
  init(this: PixiApplication, options: { readonly webSockets?: FramePollOptions } = {}): void {
    const { ticker } = this;
    requirePart(ticker?.add, NO_TICKER);
    const polling = new FramePoll(options.webSockets, () => ticker.remove(frame));
    const frame = (): void => polling.poll();
    ticker.add(frame, undefined, FIRST);
    this.webSockets = polling;
  },

  /** Called by PixiJS with the application as `this`: closes the peers. */
  destroy(this: PixiApplication): void {
    this.webSockets?.close();
  },
};
