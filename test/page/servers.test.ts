// The ways to serve, in a page: each says that there is none, and returns ERR_UNAVAILABLE.
import { expect, test } from 'vitest';
import { CLASS_INFO } from '../../host/binding/lineage.js';
import { WebSocketServer } from '../../host/godot3/index.js';
import {
  ERR_UNAVAILABLE,
  StreamPeerUDS,
  TCPServer,
  UDSServer,
  WebSocketMultiplayerPeer,
} from '../../host/index.browser.js';
import { useReports } from '../helpers/reports.js';

const reports = useReports();

const ROWS: readonly [way: string, serve: () => number, place: string][] = [
  ['TCPServer.listen', () => new TCPServer().listen(9080), "listen: can't listen on port 9080 of *"],
  ['UDSServer.listen', () => new UDSServer().listen('/run/game'), 'listen: can\'t listen on path "/run/game"'],
  [
    'WebSocketMultiplayerPeer.create_server',
    () => new WebSocketMultiplayerPeer().create_server(9080),
    "create_server: can't listen on port 9080 of *",
  ],
  [
    "Godot 3's WebSocketServer.listen",
    () => new WebSocketServer().listen(9080),
    "listen: can't listen on port 9080 of *",
  ],
];

test.each(ROWS)('%s returns ERR_UNAVAILABLE and says so', (_, serve, place) => {
  expect([serve(), reports.take()]).toEqual([ERR_UNAVAILABLE, [`${place}: a page can only connect`]]);
});

test('StreamPeerUDS.bind says so, too', () => {
  expect(new StreamPeerUDS().bind('/run/game')).not.toBe(0);
  expect(reports.take()).toEqual([expect.stringContaining('a page can only connect')]);
});

test.each([TCPServer, WebSocketMultiplayerPeer, WebSocketServer])(
  '%o has no reuse_port, and does not list it',
  (server) => {
    const made = new server();
    expect(['reuse_port', 'get_reuse_port', 'set_reuse_port'].filter((name) => name in made)).toEqual([]);
    expect(JSON.stringify(made[CLASS_INFO]())).not.toContain('reuse_port');
  },
);
