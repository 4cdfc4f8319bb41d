// A shared point in Babylon.js: an observer polls at the beginning of every frame.
import { FreeCamera } from '@babylonjs/core/Cameras/freeCamera.js';
import { Engine } from '@babylonjs/core/Engines/engine.js';
import { HemisphericLight } from '@babylonjs/core/Lights/hemisphericLight.js';
import { StandardMaterial } from '@babylonjs/core/Materials/standardMaterial.js';
import { Color3, Color4 } from '@babylonjs/core/Maths/math.color.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { CreateSphere } from '@babylonjs/core/Meshes/Builders/sphereBuilder.js';
import { Scene } from '@babylonjs/core/scene.js';
import { pollWithScene } from 'websocketpeer/adapters/babylon';
import { SharedPoint } from '../lib/shared-point.js';

const point = new SharedPoint();
const canvas = document.body.appendChild(document.createElement('canvas'));
const engine = new Engine(canvas, true);
const scene = new Scene(engine);
scene.clearColor = Color4.FromHexString('#14202bff');
new HemisphericLight('sky', Vector3.Up(), scene);
const camera = new FreeCamera('camera', new Vector3(0, 0, -10), scene);
const dot = CreateSphere('dot', { diameter: 1 }, scene);
const paint = new StandardMaterial('paint', scene);
paint.diffuseColor = Color3.FromHexString('#4aa3ff');
dot.material = paint;

pollWithScene(scene, { peers: [point.socket] });
scene.onBeforeRenderObservable.add(() => {
  point.update();
  const half = 10 * Math.tan(camera.fov / 2);
  dot.position.set((2 * point.x - 1) * half * engine.getAspectRatio(camera), (1 - 2 * point.y) * half, 0);
});
engine.runRenderLoop(() => scene.render());
addEventListener('resize', () => engine.resize());
point.onLeave(() => {
  engine.dispose();
  canvas.remove();
});
