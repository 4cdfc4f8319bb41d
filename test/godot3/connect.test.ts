// Signals connected to a target and the name of its method, as Godot 3 does it. Asked of 3.6.2.
import { describe, expect, it } from 'vitest';
import { WebSocketServer } from '../../host/godot3/index.js';
import { pause } from '../helpers/game.js';
import { useReports } from '../helpers/reports.js';

const reports = useReports();
const ONE_SHOT = 4;
const REFERENCE_COUNTED = 8;

class Target {
  readonly heard: unknown[][] = [];
  go(...args: unknown[]): void {
    this.heard.push(args);
  }
}

function both(): { server: WebSocketServer; target: Target } {
  return { server: new WebSocketServer(), target: new Target() };
}

describe('connect with a target and a method', () => {
  it('calls the method on the target, until it is disconnected', () => {
    const { server, target } = both();
    expect(server.connect('client_connected', target, 'go')).toBe(0);
    expect(server.is_connected('client_connected', target, 'go')).toBe(true);
    expect(server.is_connected('client_connected', target, 'other')).toBe(false);
    expect(server.is_connected('client_connected', new Target(), 'go')).toBe(false);
    server.emit_signal('client_connected', 5, 'p');
    server.disconnect('client_connected', target, 'go');
    server.emit_signal('client_connected', 6, 'p');
    expect([target.heard, server.is_connected('client_connected', target, 'go')]).toEqual([[[5, 'p']], false]);
    expect(reports.take()).toEqual([]);
  });

  it('gives binds behind the arguments of the signal', () => {
    const { server, target } = both();
    expect(server.connect('data_received', target, 'go', ['x', 2])).toBe(0);
    server.emit_signal('data_received', 9);
    expect(target.heard).toEqual([[9, 'x', 2]]);
  });

  it('refuses the same method twice, whatever the binds, and other signals and targets not', () => {
    const { server, target } = both();
    server.connect('data_received', target, 'go', ['x']);
    expect(server.connect('data_received', target, 'go', ['y'])).toBe(31);
    expect(reports.take()).toHaveLength(1);
    expect(server.connect('client_connected', target, 'go')).toBe(0);
    expect(server.connect('data_received', new Target(), 'go')).toBe(0);
  });

  it('refuses a signal that is none, and no target', () => {
    const { server, target } = both();
    expect(server.connect('nope' as never, target, 'go')).toBe(31);
    expect(server.connect('data_received', null, 'go')).toBe(31);
    expect(server.is_connected('nope', target, 'go')).toBe(false);
    server.disconnect('data_received', target, 'go');
    expect(reports.take()).toHaveLength(4);
  });

  it('looks for the method when it calls it, and says when there is none', () => {
    const { server, target } = both();
    expect(server.connect('data_received', target, 'later')).toBe(0);
    server.emit_signal('data_received', 1);
    expect(reports.take()).toEqual(['signal "data_received": Target has no method "later"']);
    Object.assign(target, { later: (...args: unknown[]) => target.heard.push(args) });
    server.emit_signal('data_received', 2);
    expect(target.heard).toEqual([[2]]);
  });

  it('takes the flags behind the binds', async () => {
    const { server, target } = both();
    server.connect('data_received', target, 'go', [], ONE_SHOT);
    server.emit_signal('data_received', 1);
    server.emit_signal('data_received', 2);
    expect([target.heard.splice(0), server.is_connected('data_received', target, 'go')]).toEqual([[[1]], false]);
    expect(server.connect('data_received', target, 'go', ['b'], REFERENCE_COUNTED)).toBe(0);
    expect(server.connect('data_received', target, 'go', ['b'], REFERENCE_COUNTED)).toBe(0);
    server.emit_signal('data_received', 3);
    server.disconnect('data_received', target, 'go');
    expect([target.heard.splice(0), server.is_connected('data_received', target, 'go')]).toEqual([[[3, 'b']], true]);
    server.disconnect('data_received', target, 'go');
    expect(server.is_connected('data_received', target, 'go')).toBe(false);
    server.connect('data_received', target, 'go', ['d'], 1);
    server.emit_signal('data_received', 4);
    expect(target.heard).toEqual([]);
    await pause();
    expect(target.heard).toEqual([[4, 'd']]);
  });

  it('may be begun again after its end, with other binds', () => {
    const { server, target } = both();
    for (const bind of ['a', 'b']) {
      expect(server.connect('data_received', target, 'go', [bind])).toBe(0);
      server.emit_signal('data_received', 1);
      server.disconnect('data_received', target, 'go');
    }
    expect(target.heard).toEqual([
      [1, 'a'],
      [1, 'b'],
    ]);
  });

  it('stands beside functions', () => {
    const { server, target } = both();
    const callable = (id: number): void => void target.heard.push(['function', id]);
    expect(server.connect('data_received', callable)).toBe(0);
    expect(server.connect('data_received', target, 'go')).toBe(0);
    server.emit_signal('data_received', 1);
    server.disconnect('data_received', callable);
    server.emit_signal('data_received', 2);
    expect(target.heard).toEqual([['function', 1], [1], [2]]);
    expect(server.is_connected('data_received', callable)).toBe(false);
  });

  it('throws for what Godot could never have received', () => {
    const { server, target } = both();
    expect(() => server.connect('data_received', 5 as unknown as object, 'go')).toThrow(
      'target must be an object, got 5',
    );
    expect(() => server.connect('data_received', target, 'go', 'x' as unknown as [])).toThrow('binds must be an array');
    expect(() => server.connect('data_received', target as never)).toThrow('callable must be a function');
  });
});
