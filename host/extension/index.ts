// Exports of the extension entry, and the newest engine's description with words, made when the entry loads.
import { describeApi } from './extension-api.js';

export type {
  ApiArgument,
  ApiClass,
  ApiConstant,
  ApiEnum,
  ApiMethod,
  DescribedName,
  DescribeOptions,
  ExtensionApi,
} from './extension-api.js';
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

/**
 * Every class in the layout of the engine's own extension_api.json, with the words of the reference; additions to Godot
 * are marked. `describeApi` gives it without words, and for other engines.
 */
export const extension_api = /* @__PURE__ */ describeApi('4.6', { docs: true });
