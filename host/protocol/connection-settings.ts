// What a connection is given: its owner with the settings, and what all connections of a process share. No logic.
import type { Core } from '../codec/core.js';
import type { Platform } from '../transport/platform.js';
import type { SettingValues } from './settings.js';
import type { TurnQueue } from './turn-queue.js';

/** Keys of what a connection asks its owner for: an owner's names are for games. */
export const SETTINGS: unique symbol = Symbol('settings of the connection');
export const NEWS: unique symbol = Symbol('news of the connection');

/** Whose connection it is. An object, not two closures, so that an idle connection is small. */
export interface ConnectionOwner {
  /** Read when they take effect. */
  readonly [SETTINGS]: Readonly<SettingValues>;
  /** poll() would find something new. */
  [NEWS](): void;
}

/** What connections share. */
export interface ConnectionContext {
  readonly core: Core;
  readonly platform: Platform;
  readonly turns: TurnQueue;
}
