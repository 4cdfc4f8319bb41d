// PixiJS' frame: the game's code with the highest priority of the engine, and with the normal one.
import { Application, extensions, UPDATE_PRIORITY } from 'pixi.js';
import { webSocketExtension } from 'websocketpeer/adapters/pixi';
import { play } from './play.js';

await play(async ({ options, note }) => {
  extensions.add(webSocketExtension);
  const app = new Application();
  await app.init({ webSockets: options });
  app.ticker.add(() => note('step'), undefined, UPDATE_PRIORITY.INTERACTION);
  app.ticker.add(() => note('game'));
  return () => app.destroy();
});
