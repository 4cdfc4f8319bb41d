// Adapter for three.js: a wrapper of the renderer's animation loop. The engine is not imported.
import { FramePoll, type FramePollOptions, requirePart } from './frame-poll.js';

export type { FramePoll, FramePollOptions, PolledPeer } from './frame-poll.js';

const NO_LOOP =
  'startPollingLoop: the renderer has no setAnimationLoop; WebGLRenderer and WebGPURenderer of three.js have it';
const NO_FRAME = 'startPollingLoop: the second argument must be the function that is called in each frame';

/** Callback of each frame, with the time in milliseconds, and in a WebXR session its frame. */
export type ThreeFrame<XrFrame> = (time: number, xrFrame?: XrFrame) => void;

/** The part of `WebGLRenderer` and `WebGPURenderer` that the helper uses. */
export interface ThreeRenderer<XrFrame> {
  setAnimationLoop(frame: ThreeFrame<XrFrame> | null): unknown;
}

/**
 * Starts a renderer's animation loop that polls peers before it calls `frame`.
 *
 * Replaces `renderer.setAnimationLoop(frame)`, with and without WebXR:
 *
 * ```js
 * const polling = startPollingLoop(renderer, () => {
 *   takePackets(socket);
 *   renderer.render(scene, camera);
 * }, { peers: [socket] });
 * ```
 *
 * Returns the FramePoll; `add` peers that connect later. A renderer does not report its disposal: call
 * `polling.close()`, which stops the loop and closes the peers, before `renderer.dispose()`.
 *
 * A first page, from an empty folder: `docs/recipes/three.md` in the repository.
 */
export function startPollingLoop<XrFrame>(
  renderer: ThreeRenderer<XrFrame>,
  frame: ThreeFrame<XrFrame>,
  options?: FramePollOptions,
): FramePoll {
  requirePart(renderer?.setAnimationLoop, NO_LOOP);
  if (typeof frame !== 'function') throw new TypeError(NO_FRAME);
  const polling = new FramePoll(options, () => renderer.setAnimationLoop(null));
  renderer.setAnimationLoop((time, xrFrame) => {
    polling.poll();
    frame(time, xrFrame);
  });
  return polling;
}
