// Excalibur's frame: the game's code before the update of the engine, and before that of an actor.
import { Actor, Engine } from 'excalibur';
import { WebSocketSystem } from 'websocketpeer/adapters/excalibur';
import { play } from './play.js';

await play(async ({ options, note }) => {
  const engine = new Engine({ width: 64, height: 64, suppressPlayButton: true, suppressConsoleBootMessage: true });
  const actor = new Actor();
  engine.on('preupdate', () => note('step'));
  actor.on('preupdate', () => note('game'));
  engine.add(actor);
  engine.currentScene.world.add(new WebSocketSystem(options));
  await engine.start();
  return () => engine.dispose();
});
