// A shared point in three.js: the loop helper polls before every frame.
import {
  Color,
  HemisphereLight,
  Mesh,
  MeshStandardMaterial,
  PerspectiveCamera,
  Scene,
  SphereGeometry,
  WebGLRenderer,
} from 'three';
import { startPollingLoop } from 'websocketpeer/adapters/three';
import { SharedPoint } from '../lib/shared-point.js';

const DISTANCE = 10;

const point = new SharedPoint();
const renderer = new WebGLRenderer({ antialias: true });
document.body.append(renderer.domElement);
const scene = new Scene();
scene.background = new Color('#14202b');
scene.add(new HemisphereLight(0xffffff, 0x223344, 3));
const camera = new PerspectiveCamera(45);
camera.position.z = DISTANCE;
const dot = new Mesh(new SphereGeometry(0.5), new MeshStandardMaterial({ color: 0x4aa3ff }));
scene.add(dot);

function resize() {
  camera.aspect = innerWidth / innerHeight;
  camera.updateProjectionMatrix();
  renderer.setSize(innerWidth, innerHeight);
}
resize();
addEventListener('resize', resize);

const polling = startPollingLoop(
  renderer,
  () => {
    point.update();
    const half = DISTANCE * Math.tan((camera.fov * Math.PI) / 360);
    dot.position.set((2 * point.x - 1) * half * camera.aspect, (1 - 2 * point.y) * half, 0);
    renderer.render(scene, camera);
  },
  { peers: [point.socket] },
);
point.onLeave(() => {
  polling.close();
  renderer.dispose();
  renderer.domElement.remove();
});
