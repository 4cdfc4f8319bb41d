// Godot's RefCounted: an object that is freed when its last reference is given up. JavaScript frees its memory; here
// "freed" means that what it holds (sockets, timers) is released.

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
 * JavaScript frees its memory by itself. System resources that it holds, such as a socket, are released by `free`, at
 * the end of a `using` block, or when a host that counts references gives up the last one by `unreference`.
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

  /** Adds a reference. Returns `false` when the last one was given up already. */
  reference(): boolean {
    if (this.#references === 0) return false;
    this.#references += 1;
    return true;
  }

  /**
   * Removes a reference.
   *
   * Returns `true` when it was the last one: the object has then released what it holds, as by `free`.
   */
  unreference(): boolean {
    if (this.#references === 0) return false;
    this.#references -= 1;
    if (this.#references > 0) return false;
    this.free();
    return true;
  }

  /**
   * Number of references; 1 for a new object, 0 when the last one was given up.
   *
   * @const
   * @since 4
   */
  get_reference_count(): int32 {
    return this.#references;
  }

  /**
   * Releases what the object holds (sockets, timers).
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
