// The same work in plain JavaScript, as one would write it: a loop for the mask, a state for UTF-8, a switch on the
// header. Nothing here is made slow on purpose.

/** XORs `bytes` in place with the 4-byte `key`. */
export function mask(bytes, key) {
  for (let index = 0; index < bytes.length; index += 1) bytes[index] ^= key[index & 3];
}

/** Whether `bytes` are well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF). */
export function isValidUtf8(bytes) {
  let at = 0;
  while (at < bytes.length) {
    const first = bytes[at++];
    if (first < 0x80) continue;
    let more = 0;
    let low = 0x80;
    let high = 0xbf;
    if (first >= 0xc2 && first <= 0xdf) more = 1;
    else if (first >= 0xe0 && first <= 0xef) {
      more = 2;
      if (first === 0xe0) low = 0xa0;
      if (first === 0xed) high = 0x9f;
    } else if (first >= 0xf0 && first <= 0xf4) {
      more = 3;
      if (first === 0xf0) low = 0x90;
      if (first === 0xf4) high = 0x8f;
    } else return false;
    for (; more > 0; more -= 1) {
      const next = bytes[at++];
      if (next === undefined || next < low || next > high) return false;
      low = 0x80;
      high = 0xbf;
    }
  }
  return true;
}

/** The messages of `chunk`, which holds whole masked frames of one fragment each: RFC 6455, section 5.2. */
export function parse(chunk) {
  const messages = [];
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  let at = 0;
  while (at < chunk.length) {
    const opcode = chunk[at] & 15;
    if ((chunk[at] & 0xf0) !== 0x80 || (chunk[at + 1] & 0x80) === 0 || (opcode !== 1 && opcode !== 2)) {
      throw new Error('not a whole masked message');
    }
    let length = chunk[at + 1] & 127;
    at += 2;
    if (length === 126) {
      length = view.getUint16(at);
      at += 2;
    } else if (length === 127) {
      length = Number(view.getBigUint64(at));
      at += 8;
    }
    const key = chunk.subarray(at, at + 4);
    const data = chunk.slice(at + 4, at + 4 + length);
    at += 4 + length;
    mask(data, key);
    if (opcode === 1 && !isValidUtf8(data)) throw new Error('not UTF-8');
    messages.push({ kind: opcode === 1 ? 'text' : 'binary', data });
  }
  return messages;
}
