// A shared point in Excalibur: a system of the scene polls at the beginning of every frame.
import { Actor, Color, DisplayMode, Engine } from 'excalibur';
import { WebSocketSystem } from 'websocketpeer/adapters/excalibur';
import { SharedPoint } from '../lib/shared-point.js';

const point = new SharedPoint();
const canvasElement = document.body.appendChild(document.createElement('canvas'));
const game = new Engine({
  canvasElement,
  displayMode: DisplayMode.FillScreen,
  backgroundColor: Color.fromHex('#14202b'),
  suppressPlayButton: true,
});
const dot = new Actor({ radius: 24, color: Color.fromHex('#4aa3ff') });
dot.on('preupdate', () => {
  point.update();
  dot.pos.setTo(point.x * game.drawWidth, point.y * game.drawHeight);
});
game.add(dot);
game.currentScene.world.add(new WebSocketSystem({ peers: [point.socket] }));
game.start();
point.onLeave(() => {
  game.dispose();
  canvasElement.remove();
});
