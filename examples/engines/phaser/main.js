// A shared point in Phaser 4: the global plugin polls before every step.
import Phaser from 'phaser';
import { WebSocketPlugin } from 'websocketpeer/adapters/phaser';
import { SharedPoint } from '../lib/shared-point.js';

const point = new SharedPoint();

class Meeting extends Phaser.Scene {
  create() {
    this.dot = this.add.circle(0, 0, 24, 0x4aa3ff);
  }

  update() {
    point.update();
    this.dot.setPosition(point.x * this.scale.width, point.y * this.scale.height);
  }
}

const game = new Phaser.Game({
  backgroundColor: '#14202b',
  scale: { mode: Phaser.Scale.RESIZE },
  scene: Meeting,
  plugins: {
    global: [{ key: 'webSockets', plugin: WebSocketPlugin, start: true, data: { peers: [point.socket] } }],
  },
});
point.onLeave(() => game.destroy(true));
