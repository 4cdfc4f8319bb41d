// Figures of arenas: counts that are added up, over visitors, rooms and processes, and the lines in which they are told.

/** Adds the numbers of `counts` to those of `totals`. */
export function addCounts(totals, counts) {
  for (const [key, count] of Object.entries(counts)) totals[key] = (totals[key] ?? 0) + count;
  return totals;
}

/** What arenas did in so many seconds, a line each. */
export function linesOf(
  { connections = 0, ticks = 0, tags = 0, received = 0, sent = 0, bytesSent = 0, skipped = 0 },
  seconds,
) {
  const rate = (count) => Math.round(count / seconds);
  return [
    `server: ${connections} connections, ${ticks} ticks, ${tags} tags`,
    `server: in ${rate(received)} packets/s, out ${rate(sent)} packets/s, ` +
      `${rate(bytesSent)} bytes/s, ${skipped} snapshots skipped for slow readers`,
  ];
}
