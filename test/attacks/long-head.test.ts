// Class "long head": a head without end, in one piece and byte by byte. Its growth is in ../protocol/http-head.test.ts.
import { expect } from 'vitest';
import { attack, expectTold } from '../helpers/attack.js';
import { bytesOf } from '../helpers/raw-peer-frames.js';

const PIECES = [
  ['in one piece', 8000],
  ['byte by byte', 1],
] as const;

for (const [how, size] of PIECES) {
  attack('long head', `8,000 bytes ${how} meet max_handshake_size`, { max_handshake_size: 4096 }, async (stage) => {
    const meeting = await stage.meet();
    const lines = meeting.handshakeLines();
    const bytes = bytesOf(`${lines.join('\r\n')}\r\nX: ${'a'.repeat(8000)}\r\n\r\n`);
    for (let at = 0; at < bytes.length; at += size) meeting.raw.send(bytes.subarray(at, at + size));
    const answer = await meeting.refusal();
    expect(answer.split('\r\n')[0]).toMatch(stage.role === 'server' ? /^HTTP\/1\.1 431 / : /^$/);
    expectTold('long head', stage);
  });
}
