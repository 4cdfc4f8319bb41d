// Godot's Resource, base of keys and certificates: a name, and the signal `changed`.

import { requireString } from '../../binding/arguments.js';
import type { ClassInfo } from '../../binding/class-info.js';
import { ResourceInfo } from '../../binding/class-infos.generated.js';
import { CLASS_INFO } from '../../binding/lineage.js';
import type { ObjectSignals } from '../../binding/object.js';
import { RefCounted } from '../../binding/ref-counted.js';
import { defineSignals, type SignalObjects } from '../../binding/signal.js';

/** Signals of Resource. */
export interface ResourceSignals extends ObjectSignals {
  /** The resource has changed, or `emit_changed` was called. */
  changed: [];
}

export interface Resource extends SignalObjects<ResourceSignals> {}

/** Base of data that objects share: keys and certificates. */
export class Resource extends RefCounted {
  declare readonly signals: ResourceSignals;

  static {
    defineSignals(this.prototype, 'changed');
  }

  #name = '';

  override [CLASS_INFO](): ClassInfo {
    return ResourceInfo();
  }

  /**
   * A descriptive name without further effect; '' unless set. Setting it emits `changed`.
   *
   * @getter get_name
   * @setter set_name
   */
  get resource_name(): string {
    return this.#name;
  }
  set resource_name(name: string) {
    this.set_name(name);
  }
  get_name(): string {
    return this.#name;
  }
  set_name(name: string): void {
    this.#name = requireString('name', name);
    this.emit_changed();
  }

  /** Emits `changed`. */
  emit_changed(): void {
    this.emit_signal('changed');
  }
}
