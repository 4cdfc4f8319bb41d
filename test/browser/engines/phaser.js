// Phaser's frame: the game's code in the earliest event of a step and in a scene's update.
import Phaser from 'phaser';
import { WebSocketPlugin } from 'websocketpeer/adapters/phaser';
import { play } from './play.js';

await play(({ options, note }) => {
  const game = new Phaser.Game({
    type: Phaser.CANVAS,
    banner: false,
    audio: { noAudio: true },
    scene: {
      create() {
        if (this.webSockets instanceof WebSocketPlugin) game.events.on('step', () => note('step'));
      },
      update: () => note('game'),
    },
    plugins: {
      global: [{ key: 'webSockets', plugin: WebSocketPlugin, start: true, mapping: 'webSockets', data: options }],
    },
  });
  return () => game.destroy(true);
});
