// A shared point in PlayCanvas: a script polls at the beginning of every frame.
import { Application, Color, Entity, FILLMODE_FILL_WINDOW, RESOLUTION_AUTO, StandardMaterial } from 'playcanvas';
import { WebSocketScript } from 'websocketpeer/adapters/playcanvas';
import { SharedPoint } from '../lib/shared-point.js';

const DISTANCE = 10;

const point = new SharedPoint();
const canvas = document.body.appendChild(document.createElement('canvas'));
const app = new Application(canvas);
app.setCanvasFillMode(FILLMODE_FILL_WINDOW);
app.setCanvasResolution(RESOLUTION_AUTO);
addEventListener('resize', () => app.resizeCanvas());

const camera = new Entity('camera');
camera.addComponent('camera', { clearColor: new Color().fromString('#14202b') });
camera.setPosition(0, 0, DISTANCE);
const light = new Entity('light');
light.addComponent('light');
light.setEulerAngles(45, 0, 0);
const dot = new Entity('dot');
const material = new StandardMaterial();
material.diffuse = new Color().fromString('#4aa3ff');
material.update();
dot.addComponent('render', { type: 'sphere', material });
const network = new Entity('network');
network.addComponent('script');
network.script.create(WebSocketScript, { properties: { peers: [point.socket] } });
for (const entity of [camera, light, dot, network]) app.root.addChild(entity);

app.on('update', () => {
  point.update();
  const half = DISTANCE * Math.tan((camera.camera.fov * Math.PI) / 360);
  dot.setPosition((2 * point.x - 1) * half * camera.camera.aspectRatio, (1 - 2 * point.y) * half, 0);
});
app.start();
point.onLeave(() => {
  app.destroy();
  canvas.remove();
});
