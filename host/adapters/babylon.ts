// Adapter for Babylon.js: an observer at the beginning of each frame. The engine is not imported.
import { FramePoll, type FramePollOptions, requirePart } from './frame-poll.js';

export type { FramePoll, FramePollOptions, PolledPeer } from './frame-poll.js';

/** The part of `Observable` that the adapter uses. */
export interface BabylonObservable<Observer> {
  add(callback: () => void, mask?: number, insertFirst?: boolean): Observer;
  addOnce(callback: () => void): unknown;
  remove(observer: Observer): unknown;
}

/** The part of `Scene` that the adapter uses. */
export interface BabylonScene<Observer> {
  readonly onDisposeObservable: { addOnce(callback: () => void): unknown };
  getEngine(): { readonly onBeginFrameObservable: BabylonObservable<Observer> };
}

const EVERY_EVENT = -1;

const NO_SCENE =
  'pollWithScene: the first argument must be a Scene of Babylon.js, with getEngine() and onDisposeObservable';
const NO_FRAMES = "pollWithScene: the scene's engine has no onBeginFrameObservable, at which the peers are polled";

/**
 * Polls peers at the beginning of every frame of a scene's engine, and closes them when the scene is disposed of.
 *
 * The observer runs before existing ones, so that all code of the frame finds the packets:
 *
 * ```js
 * const polling = pollWithScene(scene, { peers: [socket] });
 * scene.onBeforeRenderObservable.add(() => takePackets(socket));
 * ```
 *
 * Returns the FramePoll; `add` peers that connect later.
 *
 * **Note:** the frame begins in the engine's `runRenderLoop()`. A game that calls `scene.render()` by itself calls the
 * engine's `beginFrame()` and `endFrame()` too.
 *
 * A first page, from an empty folder: `docs/recipes/babylon.md` in the repository.
 */
export function pollWithScene<Observer>(scene: BabylonScene<Observer>, options?: FramePollOptions): FramePoll {
  requirePart(scene?.getEngine, NO_SCENE);
  requirePart(scene.onDisposeObservable?.addOnce, NO_SCENE);
  const begin = scene.getEngine()?.onBeginFrameObservable;
  requirePart(begin?.add, NO_FRAMES);
  const polling = new FramePoll(options, () => begin.remove(observer));
  const observer = begin.add(() => polling.poll(), EVERY_EVENT, true);
  scene.onDisposeObservable.addOnce(() => polling.close());
  return polling;
}
