// Exports of the extension entry, and the newest engine's description, made when the entry loads.
import { describeApi } from './extension-api.js';

export type { ApiArgument, ApiClass, ApiEnum, ApiMethod, DescribedName, ExtensionApi } from './extension-api.js';
export { describeApi } from './extension-api.js';
export type {
  CallError,
  CallResult,
  ClassCreationInfo,
  ClassMethodInfo,
  ExtensionInterface,
  Instance,
  Library,
} from './interface.js';
export { CallErrorType } from './interface.js';
export type { ProfileName } from './profiles.js';
export { deinitialize, type InitializeOptions, initialize } from './registration.js';

/** Every class in the layout of the engine's own extension_api.json; additions to Godot are marked. */
export const extension_api = /* @__PURE__ */ describeApi();
