// Class "hostile port": messages that no other end of this package posts.
import { MessageChannel } from 'node:worker_threads';
import { expect } from 'vitest';
import { WebSocketPeer } from '../../host/godot4/websocket/web-socket-peer.js';
import { MessagePortStream } from '../../host/streams/message-port-stream.js';
import { attackClients } from '../helpers/attack.js';
import { pause } from '../helpers/game.js';

const ODD: readonly unknown[] = [
  undefined,
  null,
  7,
  -1,
  Number.NaN,
  2 ** 53,
  1n,
  'text',
  {},
  [],
  [null],
  [new Uint8Array(3)],
  new Map([[1, 2]]),
  new Uint8Array(0),
  new ArrayBuffer(9),
  new Float64Array(2),
  { type: 'bytes', bytes: 'x' },
  { taken: -5 },
  { taken: 2 ** 60 },
];

attackClients('hostile port', 'whatever the other end posts, nothing is thrown', {}, async (stage) => {
  for (const odd of ODD) {
    const { port1, port2 } = new MessageChannel();
    const peer = new WebSocketPeer();
    stage.atEnd(() => {
      peer.free();
      port1.close();
      port2.close();
    });
    expect(peer.connect_to_stream(new MessagePortStream(port1))).toBe(0);
    peer.poll();
    for (let time = 0; time < 3; time += 1) port2.postMessage(odd);
    for (let turn = 0; turn < 5; turn += 1) {
      await pause();
      peer.poll();
    }
    expect(peer.get_ready_state(), String(odd)).not.toBe(WebSocketPeer.STATE_OPEN);
  }
});

attackClients('hostile port', 'an end that heeds no window is cut off', {}, async (stage) => {
  const { port1, port2 } = new MessageChannel();
  const stream = new MessagePortStream(port1);
  stage.atEnd(() => {
    stream.free();
    port1.close();
    port2.close();
  });
  stream.get_available_bytes();
  for (let piece = 0; piece < 64; piece += 1) port2.postMessage(new Uint8Array(65_536));
  for (let turn = 0; turn < 100; turn += 1) await pause();
  expect(stream.get_available_bytes()).toBeLessThanOrEqual(2 * 1024 * 1024);
});
