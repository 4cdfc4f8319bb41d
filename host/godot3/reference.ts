// Godot 3's name for an object that counts the references to it. What it does is RefCounted's.
import type { ClassInfo } from '../binding/class-info.js';
import type { MethodDictionary, PropertyDictionary } from '../binding/descriptions.js';
import { CLASS_INFO } from '../binding/lineage.js';
import { RefCounted } from '../binding/ref-counted.js';
import type { int, StringName } from '../binding/types.js';
import { ReferenceInfo } from './class-infos.generated.js';
import { methodOf3, propertyOf3, typeOf4 } from './member-lists.js';

/**
 * An object that counts the references to it.
 *
 * What it holds of the system, such as a socket, is let go by `free`, or at the end of a `using` block.
 */
export class Reference extends RefCounted {
  override [CLASS_INFO](): ClassInfo {
    return ReferenceInfo();
  }

  override get_property_list(): PropertyDictionary[] {
    return super.get_property_list().map(propertyOf3);
  }

  override get_method_list(): MethodDictionary[] {
    return super.get_method_list().map(methodOf3);
  }

  override get_signal_list(): MethodDictionary[] {
    return super.get_signal_list().map(methodOf3);
  }

  override add_user_signal(signal: StringName, arguments_: { name: string; type?: int }[] = []): void {
    super.add_user_signal(
      signal,
      arguments_.map((argument) => ({ ...argument, type: typeOf4(argument.type) })),
    );
  }
}
