// Each adapter in an engine of the test that has the part of the real one's shape which the adapter uses: polls come
// first in the frame, and destroying closes. The real engines run in test/browser/adapters.test.ts.
import { EventEmitter } from 'node:events';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type BabylonObservable, pollWithScene } from '../../host/adapters/babylon.js';
import { WebSocketPlugin } from '../../host/adapters/phaser.js';
import { type PixiApplication, webSocketExtension } from '../../host/adapters/pixi.js';
import { startPollingLoop, type ThreeFrame } from '../../host/adapters/three.js';
import { type Log, notingOptions, notingPeer } from '../helpers/polled-peers.js';

let log: Log;
beforeEach(() => {
  log = [];
});

describe('Phaser', () => {
  function game(): { events: EventEmitter; plugin: WebSocketPlugin; frame: () => void } {
    const events = new EventEmitter();
    const plugin = new WebSocketPlugin({ game: { events } });
    events.on('step', () => log.push('scene updated'));
    return {
      events,
      plugin,
      frame: () => {
        events.emit('prestep');
        events.emit('step');
      },
    };
  }

  it('polls before the step from start() to stop(), and again when started again', () => {
    const { plugin, frame } = game();
    plugin.init(notingOptions(log));
    frame();
    plugin.start();
    plugin.start();
    frame();
    plugin.stop();
    frame();
    plugin.start();
    frame();
    const running = ['socket polled', 'scene updated'];
    expect(log).toEqual(['scene updated', ...running, 'scene updated', ...running]);
  });

  it('closes when it is destroyed, and listens no more', () => {
    const { plugin, events, frame } = game();
    plugin.init(notingOptions(log));
    plugin.start();
    plugin.destroy();
    frame();
    expect([log, events.listenerCount('prestep')]).toEqual([['socket closed', 'scene updated'], 0]);
  });

  it.each([undefined, null])('takes peers later when its data are %s', (data) => {
    const { plugin, frame } = game();
    plugin.init(data);
    plugin.start();
    plugin.polling.add(notingPeer(log));
    frame();
    expect(log).toEqual(['socket polled', 'scene updated']);
  });
});

describe('PixiJS', () => {
  interface Listener {
    call: () => void;
    priority: number;
  }
  class Ticker {
    listeners: Listener[] = [];
    add(call: () => void, _context: undefined, priority: number): void {
      this.listeners.push({ call, priority });
      this.listeners.sort((a, b) => b.priority - a.priority);
    }
    remove(call: () => void): void {
      this.listeners = this.listeners.filter((listener) => listener.call !== call);
    }
    tick(): void {
      for (const { call } of this.listeners) call();
    }
  }

  it('polls before what has the highest priority of the engine, and closes with the application', () => {
    const ticker = new Ticker();
    const app: PixiApplication = { ticker };
    ticker.add(() => log.push('interaction'), undefined, 50);
    webSocketExtension.init.call(app, { webSockets: notingOptions(log) });
    ticker.tick();
    webSocketExtension.destroy.call(app);
    ticker.tick();
    expect(log).toEqual(['socket polled', 'interaction', 'socket closed', 'interaction']);
  });

  it('takes peers later when there are no options', () => {
    const ticker = new Ticker();
    const app: PixiApplication = { ticker };
    webSocketExtension.init.call(app);
    app.webSockets?.add(notingPeer(log));
    ticker.tick();
    expect(log).toEqual(['socket polled']);
  });

  it('bears that an application is destroyed which never started', () => {
    const app: PixiApplication = { ticker: new Ticker() };
    expect(() => webSocketExtension.destroy.call(app)).not.toThrow();
  });
});

describe('Babylon.js', () => {
  class Observable implements BabylonObservable<() => void> {
    observers: (() => void)[] = [];
    add(callback: () => void, _mask?: number, insertFirst?: boolean): () => void {
      if (insertFirst === true) this.observers.unshift(callback);
      else this.observers.push(callback);
      return callback;
    }
    addOnce(callback: () => void): void {
      const once = (): void => {
        this.remove(once);
        callback();
      };
      this.add(once);
    }
    remove(observer: () => void): void {
      this.observers = this.observers.filter((one) => one !== observer);
    }
    notify(): void {
      for (const observer of this.observers) observer();
    }
  }

  it('polls before the other observers of the beginning frame, and closes with the scene', () => {
    const begin = new Observable();
    const dispose = new Observable();
    begin.add(() => log.push('frame'));
    const scene = { onDisposeObservable: dispose, getEngine: () => ({ onBeginFrameObservable: begin }) };
    pollWithScene(scene, notingOptions(log));
    begin.notify();
    dispose.notify();
    begin.notify();
    expect(log).toEqual(['socket polled', 'frame', 'socket closed', 'frame']);
  });
});

describe('three.js', () => {
  it('polls before the frame, hands on what the renderer says, and stops the loop when closed', () => {
    const loops: (ThreeFrame<string> | null)[] = [];
    const renderer = { setAnimationLoop: (frame: ThreeFrame<string> | null) => loops.push(frame) };
    const frame = vi.fn((time: number, xrFrame?: string) => log.push(`frame ${time} ${xrFrame}`));
    const polling = startPollingLoop(renderer, frame, notingOptions(log));
    loops[0]?.(16, 'xr');
    polling.close();
    expect([log, loops.length, loops[1]]).toEqual([['socket polled', 'frame 16 xr', 'socket closed'], 2, null]);
  });
});

describe('an engine without what the adapter needs is refused in a sentence', () => {
  const scene = (parts: object): Parameters<typeof pollWithScene>[0] => parts as never;
  const REFUSALS: [what: string, use: () => unknown, sentence: RegExp][] = [
    [
      'PixiJS without its ticker',
      () => webSocketExtension.init.call({} as PixiApplication),
      /^web.*has no ticker; add Tick/,
    ],
    ['no scene of Babylon.js', () => pollWithScene(scene({})), /^pollWithScene: .* must be a Scene of Babylon\.js/],
    [
      'a scene of Babylon.js that does not tell of its end',
      () => pollWithScene(scene({ getEngine: () => ({ onBeginFrameObservable: {} }) })),
      /^pollWithScene: .* onDisposeObservable$/,
    ],
    [
      'an engine of Babylon.js without frames',
      () => pollWithScene(scene({ getEngine: () => ({}), onDisposeObservable: { addOnce: () => {} } })),
      /^pollWithScene: the scene's engine has no onBeginFrameObservable/,
    ],
    [
      'a scene of Phaser, as for scene plugins',
      () => new WebSocketPlugin({} as never),
      /^WebSocketPlugin: .* global plugin/,
    ],
    ['nothing from Phaser', () => new WebSocketPlugin(undefined as never), /^WebSocketPlugin: .* global plugin/],
    [
      'a renderer of three.js without a loop',
      () => startPollingLoop({} as never, () => {}),
      /^startPollingLoop: the renderer has no setAnimationLoop/,
    ],
    [
      'no frame for three.js',
      () => startPollingLoop({ setAnimationLoop: () => {} }, undefined as never),
      /^startPollingLoop: .* the function that is called in each frame$/,
    ],
  ];
  it.each(REFUSALS)('%s', (_what, use, sentence) => {
    expect(use).toThrow(sentence);
  });

  it('and a PixiJS application that did not start can be destroyed', () => {
    const app = {} as PixiApplication;
    expect(() => webSocketExtension.init.call(app)).toThrow(TypeError);
    expect(() => webSocketExtension.destroy.call(app)).not.toThrow();
  });
});
