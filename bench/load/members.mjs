// Load of rooms: members that send packets at a rate or as fast as they come back, and wait for them.
import { WebSocketMultiplayerPeer } from 'websocketpeer';
import { pause, processorTimeOf } from './measure.mjs';
import { until } from './player.mjs';

const TO_ALL = 1;
const AT_ONCE = 50;

class Member {
  peer = new WebSocketMultiplayerPeer();
  /** Called with each packet. */
  heard = () => {};

  constructor(port) {
    const { peer } = this;
    peer.outbound_buffer_size = 1 << 24;
    peer.max_queued_packets = 1 << 16;
    peer.connect('activity', () => {
      peer.poll();
      while (peer.get_available_packet_count() > 0) this.heard(peer.get_packet());
    });
    peer.create_client(`ws://127.0.0.1:${port}/bench`);
  }

  get isIn() {
    return this.peer.get_connection_status() === WebSocketMultiplayerPeer.CONNECTION_CONNECTED;
  }
}

async function membersOf({ port, connections }) {
  const members = [];
  while (members.length < connections) {
    const some = Array.from({ length: Math.min(AT_ONCE, connections - members.length) }, () => new Member(port));
    await until(() => some.every(({ isIn }) => isIn), 'members');
    members.push(...some);
  }
  return members;
}

const quantile = (sorted, share) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

function spread(times) {
  const sorted = times.sort((a, b) => a - b);
  return { count: sorted.length, p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) };
}

/** Processor seconds of each part, by name. */
const processorTimes = (parts) =>
  Object.fromEntries(Object.entries(parts).map(([part, pid]) => [part, processorTimeOf(pid)]));

function used(before, after) {
  return Object.fromEntries(Object.keys(before).map((part) => [part, after[part] - before[part]]));
}

async function during(members, { warmUpMs, measureMs, parts }, begin) {
  await pause(warmUpMs);
  const cpu = processorTimes(parts);
  const start = performance.now();
  begin();
  await pause(measureMs);
  const seconds = (performance.now() - start) / 1000;
  const spent = used(cpu, processorTimes(parts));
  for (const { peer } of members) peer.close();
  return { seconds, spent };
}

/** Round trips in milliseconds of packets of `size` bytes, `rate` times a second from each. */
export async function trips(job) {
  const members = await membersOf(job);
  const { rate, size } = job;
  let times = [];
  const timers = members.map((member, place) => {
    let sentAt = 0;
    member.heard = () => {
      times.push(performance.now() - sentAt);
    };
    const packet = new Uint8Array(size);
    const send = () => {
      sentAt = performance.now();
      member.peer.put_packet(packet);
    };
    // Not all at the same moment.
    const timer = { interval: null, timeout: null };
    timer.timeout = setTimeout(
      () => {
        timer.interval = setInterval(send, 1000 / rate);
      },
      (place * 1000) / rate / members.length,
    );
    return timer;
  });
  const { spent } = await during(members, job, () => {
    times = [];
  });
  for (const { interval, timeout } of timers) {
    clearTimeout(timeout);
    clearInterval(interval);
  }
  return { ...spread(times), spent };
}

/** Packets that come back while each member has `batch` of them under way. */
export async function echoes(job) {
  const members = await membersOf(job);
  const packet = new Uint8Array(job.size);
  let count = 0;
  let isOver = false;
  for (const { peer } of members) peer.set_target_peer(1);
  for (const member of members) {
    let missing = 0;
    const send = () => {
      missing = job.batch;
      for (let i = 0; i < job.batch; i += 1) member.peer.put_packet(packet);
    };
    member.heard = () => {
      count += 1;
      missing -= 1;
      if (missing === 0 && !isOver) send();
    };
    send();
  }
  let counted = 0;
  const { seconds, spent } = await during(members, job, () => {
    counted = count;
  });
  isOver = true;
  return { count: count - counted, seconds, spent };
}

/** Milliseconds until a broadcast has come to the last of all members, `rate` times a second. */
export async function heralds(job) {
  const members = await membersOf(job);
  const packet = new Uint8Array(job.size);
  packet[0] = TO_ALL;
  let times = [];
  let sentAt = 0;
  let missing = 0;
  for (const member of members) {
    member.heard = () => {
      missing -= 1;
      if (missing === 0) times.push(performance.now() - sentAt);
    };
  }
  const timer = setInterval(() => {
    if (missing > 0) return; // the last one is still under way
    missing = members.length;
    sentAt = performance.now();
    members[0].peer.put_packet(packet);
  }, 1000 / job.rate);
  const { spent } = await during(members, job, () => {
    times = [];
  });
  clearInterval(timer);
  return { ...spread(times), spent };
}
