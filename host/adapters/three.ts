// three.js: a helper around the renderer's animation loop. The engine itself is not imported.
import { FramePoll, type FramePollOptions, requirePart } from './frame-poll.js';

export type { FramePoll, FramePollOptions, PolledPeer } from './frame-poll.js';

const NO_LOOP =
  'startPollingLoop: the renderer has no setAnimationLoop; WebGLRenderer and WebGPURenderer of three.js have it';
const NO_FRAME = 'startPollingLoop: the second argument must be the function that is called in each frame';

/** What a renderer calls once per frame: the time in milliseconds, and in a session of WebXR its frame. */
export type ThreeFrame<XrFrame> = (time: number, xrFrame?: XrFrame) => void;

/** The part of `WebGLRenderer` and `WebGPURenderer` that the helper uses. */
export interface ThreeRenderer<XrFrame> {
  setAnimationLoop(frame: ThreeFrame<XrFrame> | null): unknown;
}

/**
 * Starts a renderer's animation loop that polls peers before it calls `frame`.
 *
 * In place of `renderer.setAnimationLoop(frame)`, with and without WebXR:
 *
 * ```js
 * const polling = startPollingLoop(renderer, () => {
 *   takePackets(socket);
 *   renderer.render(scene, camera);
 * }, { peers: [socket] });
 * ```
 *
 * Returns the peers; add to it what connects later. A renderer does not tell when it is disposed of: `polling.close()`
 * stops the loop and closes the peers, and belongs before `renderer.dispose()`.
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
