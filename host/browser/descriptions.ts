// Stand-in for the descriptions of members as dictionaries in a page until `websocketpeer/extension` is imported: games
// do not ask for them.
import type * as real from '../binding/descriptions.js';
import { printError } from '../binding/error-handler.js';

type Descriptions = Pick<typeof real, 'listMethods' | 'listProperties' | 'listSignals'>;

let descriptions: Descriptions | null = null;

/** Installs the descriptions: objects list their members from now on. */
export function useDescriptions(real: Descriptions): void {
  descriptions = real;
}

function none(list: string): never[] {
  printError(`get_${list}_list: a page needs: import "websocketpeer/extension"`);
  return [];
}

export const listProperties: typeof real.listProperties = (infos) =>
  descriptions?.listProperties(infos) ?? none('property');
export const listMethods: typeof real.listMethods = (infos) => descriptions?.listMethods(infos) ?? none('method');
export const listSignals: typeof real.listSignals = (signals) => descriptions?.listSignals(signals) ?? none('signal');
