// Settings of servers in a page: none, since a page has only clients.
import type { ServerSettingValues } from '../protocol/server-settings.js';

export const SERVER_DEFAULTS = {} as Readonly<ServerSettingValues>;

export const checkOther = (_name: string, _value: unknown): null => null;

export const countedAlone = (_server?: object): Partial<ServerSettingValues> | undefined => undefined;

export const newCrowd = (_server: object, _clock: object): null => null;
