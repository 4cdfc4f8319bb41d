// Minimal types of the engines whose base classes the adapters extend, so that this project compiles without the
// engines. A game with the engine installed sees the engine's types instead. Members marked internal are documented by
// the engine.

declare module 'excalibur' {
  export enum SystemType {
    Update = 'update',
  }
  export const SystemPriority: { readonly Highest: number };
  export abstract class System {
    static priority: number;
    abstract readonly systemType: SystemType;
    initialize?(world: World, scene: Scene): void;
    abstract update(elapsed: number): void;
  }
  export interface World {
    readonly systemManager: { readonly systems: System[] };
  }
  export interface Scene {
    readonly engine: Engine;
  }
  interface Engine {
    readonly currentScene: Scene;
    isDisposed(): boolean;
    on(event: 'preframe' | 'stop', handler: () => void): unknown;
    off(event: 'preframe' | 'stop', handler: () => void): unknown;
  }
}

declare module 'playcanvas' {
  interface EventHandler {
    on(event: string, handler: () => void): unknown;
    off(event: string, handler: () => void): unknown;
  }
  export class Script implements EventHandler {
    static scriptName: string | null;
    constructor(args: { app: EventHandler; entity: object });
    /** @internal */
    readonly app: EventHandler;
    /** @internal */
    enabled: boolean;
    /** @internal */
    on(event: string, handler: () => void): unknown;
    /** @internal */
    off(event: string, handler: () => void): unknown;
  }
}
