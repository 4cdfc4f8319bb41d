// The address that Godot 3's server listens on, as it reads back. Asked of 3.6.2.
import { expect, it } from 'vitest';
import { WebSocketServer } from '../../host/godot3/index.js';
import { useReports } from '../helpers/reports.js';

const reports = useReports();

it.each([
  ['*', '*'],
  ['127.0.0.1', '127.0.0.1'],
  ['0.0.0.0', '0.0.0.0'],
  ['::1', '0:0:0:0:0:0:0:1'],
  ['0:0:0:0:0:0:0:1', '0:0:0:0:0:0:0:1'],
  ['::', '0:0:0:0:0:0:0:0'],
  ['::1:0', '0:0:0:0:0:0:1:0'],
  ['FE80::ABCD:1', 'fe80:0:0:0:0:0:abcd:1'],
  ['2001:DB8:0:0:1:0:0:1', '2001:db8:0:0:1:0:0:1'],
])('bind_ip %s reads back as %s', (given, read) => {
  const server = new WebSocketServer();
  server.bind_ip = given;
  expect([server.bind_ip, server.get_bind_ip()]).toEqual([read, read]);
});

it.each(['nonsense', '', 'localhost', '127.1', '1.2.3.4.5', '[::1]'])('bind_ip "%s" is refused', (given) => {
  const server = new WebSocketServer();
  server.bind_ip = '127.0.0.1';
  server.bind_ip = given;
  expect(server.bind_ip).toBe('127.0.0.1');
  expect(reports.take()).toHaveLength(1);
});

it.each(['::1', '127.0.0.1'])('a server listens on %s as it reads back', (ip) => {
  const server = new WebSocketServer();
  server.bind_ip = ip;
  expect(server.listen(0)).toBe(0);
  expect(server.get_local_port()).toBeGreaterThan(0);
  server.stop();
});
