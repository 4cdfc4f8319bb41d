// A shared point in PixiJS 8: the extension polls at the beginning of every tick.
import { Application, extensions, Graphics } from 'pixi.js';
import { webSocketExtension } from 'websocketpeer/adapters/pixi';
import { SharedPoint } from '../lib/shared-point.js';

const point = new SharedPoint();
const app = new Application();
extensions.add(webSocketExtension);
await app.init({ background: '#14202b', antialias: true, resizeTo: window, webSockets: { peers: [point.socket] } });
document.body.append(app.canvas);

const dot = app.stage.addChild(new Graphics().circle(0, 0, 24).fill(0x4aa3ff));
app.ticker.add(() => {
  point.update();
  dot.position.set(point.x * app.screen.width, point.y * app.screen.height);
});
point.onLeave(() => app.destroy({ removeView: true }));
