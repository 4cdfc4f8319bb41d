// Why Godot 3's client could not connect: the failure as data, and one report whose source is the client.
import { afterEach, expect, it } from 'vitest';
import { type ReportDetail, set_error_handler } from '../../host/binding/error-handler.js';
import { WebSocketClient } from '../../host/godot3/index.js';
import { until } from '../helpers/game.js';
import { deafPort } from '../helpers/ports.js';

const client = new WebSocketClient();
afterEach(() => {
  client.free();
  set_error_handler(undefined);
});

it('get_failure is null before, says why, and is left when the next attempt begins', async () => {
  const told: [message: string, detail: ReportDetail][] = [];
  set_error_handler((message, _kind, detail) => told.push([message, detail]));
  const port = await deafPort();

  const heard: unknown[] = [];
  client.connect('connection_error', () => heard.push(client.get_failure()?.code));
  expect([client.get_failure(), client.connect_to_url(`ws://127.0.0.1:${port}/x`)]).toEqual([null, 0]);
  await until(() => {
    client.poll();
    return client.get_connection_status() === 0;
  }, 'the end');
  const failure = client.get_failure();
  const message = `can't connect to ws://127.0.0.1:${port}/x: refused (ECONNREFUSED)`;
  expect([heard, failure]).toEqual([['ECONNREFUSED'], expect.objectContaining({ stage: 'connect', message })]);
  expect(told).toEqual([
    [`WebSocketPeer: ${message}`, { source: client, url: `ws://127.0.0.1:${port}/x`, failure, repeated: 0 }],
  ]);
  expect(told[0]?.[1].source).toBe(client);
  client.connect_to_url(`ws://127.0.0.1:${port}`);
  expect(client.get_failure()).toBeNull();
});
