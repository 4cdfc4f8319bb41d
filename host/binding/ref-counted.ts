// Godot's RefCounted: an object that is freed when nobody refers to it. JavaScript keeps its memory; what is freed is
// what the object holds.

/// <reference lib="esnext.disposable" preserve="true" />
import type { ClassInfo } from './class-info.js';
import { RefCountedInfo } from './class-infos.generated.js';
import { CLASS_INFO } from './lineage.js';
import { GodotObject } from './object.js';
import { rejectWaiting } from './signal.js';
import type { int32 } from './types.js';

const freed = new WeakSet<object>();

/** Whether `instance` is an object of the API that was not freed. */
export function is_instance_valid(instance: unknown): boolean {
  return instance instanceof GodotObject && !freed.has(instance);
}

/**
 * An object that counts the references to it.
 *
 * JavaScript frees its memory by itself. What it holds of the system, such as a socket, is let go by `free`, at the
 * end of a `using` block, or when a host that counts references gives the last one back by `unreference`.
 */
export class RefCounted extends GodotObject {
  #references = 1;

  override [CLASS_INFO](): ClassInfo {
    return RefCountedInfo();
  }

  /** Counts the first reference of a host that counts them. Returns whether the object is still alive. */
  init_ref(): boolean {
    return this.reference();
  }

  /** Counts one reference more. Returns `false` when the last one was given back already. */
  reference(): boolean {
    if (this.#references === 0) return false;
    this.#references += 1;
    return true;
  }

  /**
   * Counts one reference less.
   *
   * Returns `true` when it was the last one: the object has let go of what it holds, as by `free`.
   */
  unreference(): boolean {
    if (this.#references === 0) return false;
    this.#references -= 1;
    if (this.#references > 0) return false;
    this.free();
    return true;
  }

  /**
   * Number of references; 1 for a new object, 0 when the last one was given back.
   *
   * @const
   * @since 4
   */
  get_reference_count(): int32 {
    return this.#references;
  }

  /**
   * Lets go of what the object holds (sockets, timers).
   *
   * **Note:** Godot refuses this for a RefCounted, as it frees the object itself when the last reference is gone.
   *
   * @addition
   */
  free(): void {
    freed.add(this);
    rejectWaiting(this);
  }

  [Symbol.dispose](): void {
    this.free();
  }
}
