// Class "believed proxies": visitors who write the header of a proxy themselves.
import { expect } from 'vitest';
import { attackServers } from '../helpers/attack.js';
import type { Stage } from '../helpers/stage.js';

/** Addresses that a handshake's hook is told. */
function addressesOf({ settings }: Stage): string[] {
  const addresses: string[] = [];
  const decide = settings.handshake_hook;
  settings.handshake_hook = (request) => {
    addresses.push(request.remote_address);
    if (decide === null) request.accept();
    else return decide(request);
  };
  return addresses;
}

const FORGED = ['X-Forwarded-For: 203.0.113.7', 'Forwarded: for=203.0.113.8'];

attackServers(
  'believed proxies',
  'the header of a neighbour who is not listed is ignored',
  { trusted_proxies: ['192.0.2.1'] },
  async (stage) => {
    const addresses = addressesOf(stage);
    await (await stage.meet()).open(FORGED);
    expect(addresses).toHaveLength(1);
    expect(addresses[0]).not.toMatch(/^203\./);
  },
);

attackServers(
  'believed proxies',
  'behind a listed proxy the last address counts, not those that the visitor wrote',
  { trusted_proxies: ['127.0.0.1', 'unix'] },
  async (stage) => {
    const addresses = addressesOf(stage);
    await (await stage.meet()).open(['X-Forwarded-For: 10.0.0.1, 198.51.100.9', 'Forwarded: for=203.0.113.8']);
    expect(addresses).toEqual(['198.51.100.9']);
  },
);
