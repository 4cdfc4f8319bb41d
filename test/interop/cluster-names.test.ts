// Hostile names of rooms: no text of a client is ever a part of a subject or a key of NATS.
import { connect } from '@nats-io/transport-node';
import { expect, it } from 'vitest';
import { RawPeer } from '../helpers/raw-peer.js';
import { useReports } from '../helpers/reports.js';
import { statusOf } from '../helpers/server-kinds.js';
import { Guests } from './lib/cluster-guests.js';
import { describeKinds, NATS } from './lib/cluster-stage.js';
import { useScope } from './lib/watch.js';

/** What an attacker hopes for when it is a part of a subject, a key, a path or a line. */
const MARK = 'zq';
const HOSTILE = [
  `/${MARK}.>`,
  `/${MARK}.*`,
  `/>`,
  `/*`,
  `/${MARK}%20wsp.p.00000001`,
  `/${MARK}%0d%0aPUB%20wsp.p.00000001%200`,
  `/${MARK}%00`,
  `/%`,
  `/%zz${MARK}`,
  `/../${MARK}`,
  `/%2e%2e%2f${MARK}`,
  `/${MARK}/${MARK}`,
  `/$JS.API.STREAM.DELETE.KV_wsp`,
  `/${MARK.repeat(33)}`,
  `/%c3%a4${MARK}`,
  `//${MARK}`,
  `/constructor.${MARK}`,
];

const OWN = [
  /^wsp\.p\.[0-9a-f]{8}$/,
  /^wsp\.make\.[0-9a-f]{8}$/,
  /^_INBOX\.[\w.]+$/,
  /^\$KV\.wsp\.(proc\.[0-9a-f]{8}|room\.[0-9a-f]+)$/,
  /^\$JS\.(API|ACK|EVENT)\./,
  /^\$SYS\./,
];

describeKinds('hostile names', [NATS], (kind) => {
  const scope = useScope();
  const guests = new Guests(scope);
  useReports();

  it('reach no subject and no key', async () => {
    const stage = await kind.begin(scope);
    const spy = await connect({ servers: stage.server.servers });
    scope.defer(() => spy.close());
    const subjects = new Set<string>();
    spy.subscribe('>', { callback: (_, { subject }) => void subjects.add(subject) });
    await spy.flush();
    const host = await stage.host();
    const gateway = await stage.gateway();
    await guests.party([gateway], `echo-${MARK}`);
    for (const path of HOSTILE) {
      const raw = await RawPeer.connect(gateway.port);
      scope.defer(() => raw.destroy());
      raw.sendRequest(path);
      expect([path, await statusOf(raw)]).toEqual([path, 404]);
    }
    await spy.flush();
    expect([...subjects].filter((subject) => !OWN.some((form) => form.test(subject)))).toEqual([]);
    expect([...subjects].filter((subject) => subject.includes(MARK))).toEqual([]);
    expect([...subjects].filter((subject) => subject.includes('room.'))).toEqual([
      `$KV.wsp.room.${Buffer.from(`echo-${MARK}`).toString('hex')}`,
    ]);
    expect(await host.ask('rooms')).toEqual([`echo-${MARK}`]);
  });
});
