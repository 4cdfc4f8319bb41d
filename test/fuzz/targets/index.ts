// All targets of the fuzzer.
import type { Target } from '../lib/target.js';
import { answerHeads } from './answer-heads.js';
import { compressed } from './compressed.js';
import { decoder } from './decoder.js';
import { multiplayer3, multiplayer4 } from './multiplayer-peers.js';
import { nodePackets } from './node-packets.js';
import { peerCalls } from './peer-calls.js';
import { requestHeads } from './request-heads.js';
import { sceneMultiplayer } from './scene-multiplayer.js';
import { variant3, variant4 } from './variants.js';
import { wrongArguments } from './wrong-arguments.js';

export const TARGETS: readonly Target[] = [
  decoder,
  compressed,
  requestHeads,
  answerHeads,
  variant4,
  variant3,
  sceneMultiplayer,
  nodePackets,
  multiplayer4,
  multiplayer3,
  peerCalls,
  wrongArguments,
];
