// The adapters that extend a class of their engine, over a stand-in of that class. The real engines run in
// test/browser/adapters.test.ts.
import { EventEmitter } from 'node:events';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { WebSocketSystem } from '../../host/adapters/excalibur.js';
import type { WebSocketScript } from '../../host/adapters/playcanvas.js';
import { type Log, notingOptions } from '../helpers/polled-peers.js';

vi.mock('excalibur', () => ({
  System: class {},
  SystemPriority: { Highest: Number.NEGATIVE_INFINITY },
  SystemType: { Update: 'update' },
}));
vi.mock('playcanvas', async () => {
  const events = await import('node:events');
  class Script extends events.EventEmitter {
    enabled = true;
    constructor(readonly app: EventEmitter) {
      super();
    }
  }
  return { Script };
});

let log: Log;
beforeEach(() => {
  log = [];
});

describe('Excalibur', () => {
  async function running() {
    const { WebSocketSystem } = await import('../../host/adapters/excalibur.js');
    const system = new WebSocketSystem(notingOptions(log));
    const systems: WebSocketSystem[] = [system];
    const engine = Object.assign(new EventEmitter(), { currentScene: {}, disposed: false });
    const scene = { engine: Object.assign(engine, { isDisposed: () => engine.disposed }) };
    engine.currentScene = scene;
    system.initialize({ systemManager: { systems } } as never, scene as never);
    const frame = (): void => {
      engine.emit('preframe');
      log.push('actors updated');
      system.update();
    };
    return { engine, systems, frame };
  }

  it('polls before the actors while its scene is the current one', async () => {
    const { engine, frame } = await running();
    frame();
    engine.currentScene = {};
    frame();
    expect(log).toEqual(['socket polled', 'actors updated', 'actors updated']);
  });

  it('closes when the engine is disposed of, not when it pauses', async () => {
    const { engine, frame } = await running();
    engine.emit('stop');
    frame();
    engine.disposed = true;
    engine.emit('stop');
    expect(log).toEqual(['socket polled', 'actors updated', 'socket closed']);
    expect([engine.listenerCount('preframe'), engine.listenerCount('stop')]).toEqual([0, 0]);
  });

  it('closes when it was removed from its world', async () => {
    const { systems, frame } = await running();
    systems.length = 0;
    frame();
    frame();
    expect(log).toEqual(['socket closed', 'actors updated', 'actors updated']);
  });
});

describe('PlayCanvas', () => {
  async function running() {
    const { WebSocketScript } = await import('../../host/adapters/playcanvas.js');
    const app = new EventEmitter();
    const Script = WebSocketScript as unknown as new (app: EventEmitter) => WebSocketScript & EventEmitter;
    const script = Object.assign(new Script(app), notingOptions(log));
    script.initialize();
    const update = (): void => {
      log.push('update');
      if (script.enabled) script.update();
    };
    const frame = (): void => {
      app.emit('frameupdate', 16);
      update();
    };
    return { app, script, frame, update };
  }

  it('polls at the beginning of the frame, once', async () => {
    const { frame } = await running();
    frame();
    frame();
    expect(log).toEqual(['socket polled', 'update', 'socket polled', 'update']);
  });

  it('polls in the update of an application that has no frames', async () => {
    const { update } = await running();
    update();
    update();
    expect(log).toEqual(['update', 'socket polled', 'update', 'socket polled']);
  });

  it('waits while it is disabled', async () => {
    const { script, frame } = await running();
    script.enabled = false;
    frame();
    script.enabled = true;
    frame();
    expect(log).toEqual(['update', 'socket polled', 'update']);
  });

  it('closes when it is destroyed, and listens no more', async () => {
    const { app, script, frame } = await running();
    script.emit('destroy');
    frame();
    expect([log, app.listenerCount('frameupdate')]).toEqual([['socket closed', 'update'], 0]);
  });
});

describe('an engine without what the adapter needs is refused in a sentence', () => {
  it.each([
    ['a scene without an engine', { systemManager: { systems: [] } }, {}, /^WebSocketSystem: the scene has no engine/],
    ['a world without systems', {}, { engine: new EventEmitter() }, /^WebSocketSystem: the world has no systemManager/],
  ])('Excalibur: %s', async (_what, world, scene, sentence) => {
    const { WebSocketSystem } = await import('../../host/adapters/excalibur.js');
    expect(() => new WebSocketSystem().initialize(world as never, scene as never)).toThrow(sentence);
  });

  it('PlayCanvas: a script without an application', async () => {
    const { WebSocketScript } = await import('../../host/adapters/playcanvas.js');
    expect(() => new WebSocketScript({} as never).initialize()).toThrow(
      /^WebSocketScript: the script has no application/,
    );
  });
});
