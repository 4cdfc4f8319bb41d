// Godot 3's name for an object that counts the references to it. What it does is RefCounted's.
import type { ClassInfo } from '../binding/class-info.js';
import { CLASS_INFO } from '../binding/lineage.js';
import { RefCounted } from '../binding/ref-counted.js';
import { ReferenceInfo } from './class-infos.generated.js';

/**
 * An object that counts the references to it.
 *
 * What it holds of the system, such as a socket, is let go by `free`, or at the end of a `using` block.
 */
export class Reference extends RefCounted {
  override [CLASS_INFO](): ClassInfo {
    return ReferenceInfo();
  }
}
