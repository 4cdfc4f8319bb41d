// PlayCanvas' frame: the game's code in the update of an entity that is updated before the adapter's, and of the
// application.
import { Application, Entity, Script } from 'playcanvas';
import { WebSocketScript } from 'websocketpeer/adapters/playcanvas';
import { play } from './play.js';

await play(({ options, note }) => {
  class Step extends Script {
    static scriptName = 'step';

    update() {
      note('step');
    }
  }
  const app = new Application(document.body.appendChild(document.createElement('canvas')));
  for (const [type, properties] of [
    [Step, {}],
    [WebSocketScript, options],
  ]) {
    const entity = new Entity();
    entity.addComponent('script');
    entity.script.create(type, { properties });
    app.root.addChild(entity);
  }
  app.on('update', () => note('game'));
  app.start();
  return () => app.destroy();
});
