// Letting peers in: when both sides have said so, in whatever order, and not before.
import { expect, it } from 'vitest';
import { SceneAuthentication } from '../../../host/godot4/multiplayer/scene-authentication.js';
import { SceneSender } from '../../../host/godot4/multiplayer/scene-sender.js';
import { SceneMultiplayer } from '../../../host/index.js';

const NOTHING = new Uint8Array(0);
type Step = 'completed here' | 'completed there' | 'gone';

const rows: [steps: Step[], admitted: number[], left: number[]][] = [
  [['completed here'], [], [2]],
  [['completed there'], [], [2]],
  [['completed here', 'completed there'], [2], []],
  [['completed there', 'completed here'], [2], []],
  [['completed there', 'completed there'], [], [2]],
  [['completed here', 'gone', 'completed there'], [], []],
];

it.each(rows)('%j lets in %j and leaves %j waiting', (steps, admitted, left) => {
  const heard: number[] = [];
  const owner = new SceneMultiplayer();
  const authentication = new SceneAuthentication(owner, new SceneSender(), (id) => heard.push(id));
  authentication.setCallback(() => {});
  authentication.arrived(2);
  for (const step of steps) {
    if (step === 'completed here') expect(authentication.complete(2)).toBe(0);
    else if (step === 'gone') authentication.drop(2);
    else authentication.receive(2, NOTHING);
  }
  expect([heard, [...authentication.ids]]).toEqual([admitted, left]);
  authentication.forget();
});
