// Rooms and gateways where things cross: ends under way, callbacks that end what calls them, names taken twice.
import { describe, expect, it } from 'vitest';
import type { GatewayClient } from '../../host/cluster/gateway-client.js';
import { GatewayLinks } from '../../host/cluster/gateway-links.js';
import type { Pair } from '../../host/cluster/pair.js';



describe('the links of a gateway', () => {
  it('never have the id of an earlier one, whose records may be under way', () => {
    const links = new GatewayLinks({ admitted() {}, refused() {} });
    const pair = {} as Pair;
    const added = (): number => {
      const client = {
        link: null as unknown,
        linkTo(to: Pair, id: number) {
          client.link = { pair: to, id, room: 0 };
        },
      };
      const id = links.add(client as unknown as GatewayClient, pair);
      links.remove(client as unknown as GatewayClient);
      return id;
    };
    expect(new Set([added(), added(), added()]).size).toBe(3);
  });
});
