// Settings of servers in a page: none, since a page has only clients.
import type { ServerSettingValues } from '../protocol/server-settings.js';

export const SERVER_DEFAULTS = {} as Readonly<ServerSettingValues>;

export const checkOther: (name: string, value: unknown) => null = () => null;

export const countedAlone: (server?: object) => Partial<ServerSettingValues> | undefined = () => undefined;

export const newCrowd: (server: object, clock: object) => null = () => null;

export const hasServers = false;
