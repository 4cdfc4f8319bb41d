// What follows from each fault of the other side: the code that it is told, what is shown here, and what is reported.
import { describe, expect, test } from 'vitest';
import * as abi from '../../assembly/abi.js';
import {
  FAULT_INVALID_DEFLATE,
  FAULT_MESSAGE_LATE,
  FAULT_TOO_MANY_BYTES,
  FAULT_TOO_MANY_PACKETS,
} from '../../host/codec/faults.js';
import { NO_FAREWELL, violationOf } from '../../host/protocol/violations.js';

const LIMITS = {
  maxMessageSize: 1000,
  maxFragments: 16,
  messageTimeoutMs: 2500,
  maxPacketsPerSecond: 100,
  maxBytesPerSecond: 4000,
};

const PROTOCOL = 'Protocol error';
/** The engine shows -1 and no reason: the connection ends like a broken one. */
const HIDDEN = null;

type Row = readonly [fault: string, number: number, code: number, shown: string | null, what: string];

const FAILURES: Readonly<Record<number, string>> = {
  [abi.FAULT_INVALID_UTF8]: 'INVALID_UTF8',
  [FAULT_INVALID_DEFLATE]: 'INVALID_DEFLATE',
  [abi.FAULT_MESSAGE_TOO_BIG]: 'MESSAGE_TOO_BIG',
  [abi.FAULT_TOO_MANY_FRAGMENTS]: 'TOO_MANY_FRAGMENTS',
  [FAULT_MESSAGE_LATE]: 'TIMEOUT',
  [FAULT_TOO_MANY_PACKETS]: 'RATE_LIMITED',
  [FAULT_TOO_MANY_BYTES]: 'RATE_LIMITED',
};

const ROWS: readonly Row[] = [
  ['reserved bits (§5.2)', abi.FAULT_RESERVED_BITS, 1002, PROTOCOL, 'a frame with reserved bits'],
  ['a reserved opcode (§5.2)', abi.FAULT_RESERVED_OPCODE, 1002, PROTOCOL, 'a frame with a reserved opcode'],
  [
    'masked the wrong way (§5.1)',
    abi.FAULT_MASKING,
    1002,
    PROTOCOL,
    'a frame that is masked where it must not be, or not masked where it must be',
  ],
  ['nothing to continue (§5.4)', abi.FAULT_NOTHING_TO_CONTINUE, 1002, PROTOCOL, 'a continuation without a message'],
  ['an interrupted message (§5.4)', abi.FAULT_MESSAGE_INTERRUPTED, 1002, PROTOCOL, 'a message inside another'],
  [
    'a control frame too long (§5.5)',
    abi.FAULT_CONTROL_TOO_LONG,
    1002,
    HIDDEN,
    'a control frame of more than 125 bytes',
  ],
  ['a fragmented control frame (§5.5)', abi.FAULT_CONTROL_FRAGMENTED, 1002, HIDDEN, 'a fragmented control frame'],
  [
    'a length that is not minimal (§5.2)',
    abi.FAULT_LENGTH_NOT_MINIMAL,
    1002,
    HIDDEN,
    'a length that is not in its shortest form',
  ],
  ['a length beyond 63 bits (§5.2)', abi.FAULT_LENGTH_TOP_BIT, 1002, HIDDEN, 'a length beyond 63 bits'],
  [
    'a body of a close that has one byte (§5.5.1)',
    abi.FAULT_CLOSE_BODY,
    1002,
    HIDDEN,
    'a close frame with a body of one byte',
  ],
  [
    'a close code that is not allowed (§7.4)',
    abi.FAULT_CLOSE_CODE,
    1002,
    PROTOCOL,
    'a close code that must not be sent',
  ],
  [
    'text that is not UTF-8 (§8.1)',
    abi.FAULT_INVALID_UTF8,
    1007,
    'Invalid frame payload data',
    'text that is not UTF-8',
  ],
  [
    'a deflated message that is none (RFC 7692)',
    FAULT_INVALID_DEFLATE,
    1007,
    'Invalid frame payload data',
    'a compressed message that can not be decompressed (RFC 7692)',
  ],
  [
    'a message too big (§7.4.1)',
    abi.FAULT_MESSAGE_TOO_BIG,
    1009,
    'Message too big',
    'a message larger than inbound_buffer_size (1000 bytes)',
  ],
  [
    'too many fragments',
    abi.FAULT_TOO_MANY_FRAGMENTS,
    1008,
    'Policy violation',
    'a message of more than max_message_fragments (16) frames',
  ],
  [
    'a message that is late',
    FAULT_MESSAGE_LATE,
    1008,
    'Policy violation',
    'a message that was not complete within message_timeout (2.5 s)',
  ],
  [
    'too many frames a second',
    FAULT_TOO_MANY_PACKETS,
    1008,
    'Policy violation',
    'a peer that sends faster than max_packets_per_second (100 frames a second)',
  ],
  [
    'too many bytes a second',
    FAULT_TOO_MANY_BYTES,
    1008,
    'Policy violation',
    'a peer that sends faster than max_bytes_per_second (4000 bytes a second)',
  ],
];

describe('a fault of the other side', () => {
  test.each(ROWS)('%s (fault %i) is told as %i, shows %j, and reports %j', (_, fault, code, reason, what) => {
    expect(violationOf(fault, LIMITS)).toEqual({
      code,
      shown: reason === null ? null : { code, reason },
      message: `${what} was refused with ${code}`,
      failureCode: FAILURES[fault] ?? 'PROTOCOL_ERROR',
    });
  });

  test('is in the table, whichever it is', () => {
    const all = Object.entries(abi).filter(([name]) => name.startsWith('FAULT_') && name !== 'FAULT_NONE');
    const ofHost = [FAULT_INVALID_DEFLATE, FAULT_MESSAGE_LATE, FAULT_TOO_MANY_PACKETS, FAULT_TOO_MANY_BYTES];
    expect(ROWS.map(([, fault]) => fault).sort()).toEqual([...all.map(([, fault]) => fault), ...ofHost].sort());
  });

  test('that shows nothing ends with -1 and no reason', () => {
    expect(NO_FAREWELL).toEqual({ code: -1, reason: '' });
  });
});
