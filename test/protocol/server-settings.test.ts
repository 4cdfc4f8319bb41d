// Settings of servers: what those that are no numbers and no lists can be, and how each is described.
import { expect, test } from 'vitest';
import { WebSocketSettingsInfo } from '../../host/binding/class-infos.generated.js';
import '../../host/godot4/websocket/stream-sessions.js';
import { checkOther, SERVER_DEFAULTS } from '../../host/protocol/server-settings.js';
import { describeClasses } from '../../scripts/build-class-infos.mjs';
import { classSources, GENERATIONS } from '../../scripts/lib/class-sources.mjs';

const [GODOT4] = GENERATIONS;

const hook = () => {};

const KEPT: [string, unknown][] = [
  ['handshake_hook', null],
  ['handshake_hook', hook],
  ['proxy_header', 'x-forwarded-for'],
  ['proxy_header', 'forwarded'],
];

const REFUSED: [string, unknown, string][] = [
  ['handshake_hook', 'accept', 'handshake_hook must be a function or null, got string'],
  ['handshake_hook', {}, 'handshake_hook must be a function or null, got Object'],
  ['proxy_header', 'X-Real-IP', 'proxy_header must be one of x-forwarded-for, forwarded, got string'],
  ['proxy_header', null, 'proxy_header must be one of x-forwarded-for, forwarded, got null'],
];

test.each(KEPT)('%s can be %s', (name, value) => expect(checkOther(name, value)).toBe(value));

test.each(REFUSED)('%s can not be %j', (name, value, message) => {
  expect(() => checkOther(name, value)).toThrow(new TypeError(message));
});

test('are described as their doc comments do', () => {
  const infos = describeClasses(classSources(GODOT4)).map(({ info }) => info) as { name: string }[];
  const made = infos.find(({ name }) => name === 'WebSocketSettings') as object;
  const { serverSettings, ...info } = made as { serverSettings: string[] };
  expect(serverSettings).toHaveLength(Object.keys(SERVER_DEFAULTS).length);
  expect(WebSocketSettingsInfo()).toEqual(info);
});
