// The loop of three.js: the game's code in the frame.
import { WebGLRenderer } from 'three';
import { startPollingLoop } from 'websocketpeer/adapters/three';
import { play } from './play.js';

await play(({ options, note }) => {
  const renderer = new WebGLRenderer();
  const frame = () => {
    note('step');
    note('game');
  };
  const polling = startPollingLoop(renderer, frame, options);
  return () => {
    polling.close();
    renderer.dispose();
  };
});
