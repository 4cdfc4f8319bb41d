// The worker entry in pages. Importing it also lets objects list their members as dictionaries.
import * as descriptions from '../binding/descriptions.js';
import { useDescriptions } from '../browser/descriptions.js';

export * from './index.js';

useDescriptions(descriptions);
