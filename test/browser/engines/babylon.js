// Babylon's frame without a GPU: the game's code in an older observer of the frame's beginning, and before the rendering.
import { FreeCamera } from '@babylonjs/core/Cameras/freeCamera.js';
import { NullEngine } from '@babylonjs/core/Engines/nullEngine.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { Scene } from '@babylonjs/core/scene.js';
import { pollWithScene } from 'websocketpeer/adapters/babylon';
import { play } from './play.js';

await play(({ options, note }) => {
  const engine = new NullEngine();
  const scene = new Scene(engine);
  new FreeCamera('camera', Vector3.Zero(), scene);
  engine.onBeginFrameObservable.add(() => note('step'));
  scene.onBeforeRenderObservable.add(() => note('game'));
  pollWithScene(scene, options);
  engine.runRenderLoop(() => scene.render());
  return () => engine.dispose();
});
