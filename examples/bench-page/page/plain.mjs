// The same work without the core, as fast as a page can do it: a loop of 32-bit words for the mask; for UTF-8 the browser's
// own decoder, or a loop with a state; a switch on the header. Nothing here is made slow on purpose.

/** Below this many bytes a view of words costs more than it saves. */
const FEW = 64;
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** XORs `bytes` in place with the four bytes of `key` that begin at `from`. */
export function mask(bytes, key, from = 0) {
  const whole = bytes.length < FEW ? 0 : maskWords(bytes, key, from);
  for (let index = whole; index < bytes.length; index += 1) bytes[index] ^= key[from + (index & 3)];
}

/** Masks all that whole, aligned words cover, with the bytes before them; returns how many bytes that are. */
function maskWords(bytes, key, from) {
  const lead = -bytes.byteOffset & 3;
  for (let index = 0; index < lead; index += 1) bytes[index] ^= key[from + index];
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + lead, (bytes.length - lead) >> 2);
  // The key as the words begin with it, its first byte lowest, as in every browser's memory.
  let word = 0;
  for (let index = 0; index < 4; index += 1) word |= key[from + ((index + lead) & 3)] << (8 * index);
  const { length } = words;
  for (let index = 0; index < length; index += 1) words[index] ^= word;
  return lead + length * 4;
}

/** Whether the browser's decoder accepts `bytes` as UTF-8. */
export function isDecodable(bytes) {
  try {
    decoder.decode(bytes);
    return true;
  } catch {
    return false;
  }
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

/**
 * The messages of `chunk`, which holds whole masked frames of one fragment each: RFC 6455, section 5.2. `isText` judges
 * the bytes of a text.
 */
export function parse(chunk, isText) {
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
    const data = chunk.slice(at + 4, at + 4 + length);
    mask(data, chunk, at);
    at += 4 + length;
    if (opcode === 1 && !isText(data)) throw new Error('not UTF-8');
    messages.push({ kind: opcode === 1 ? 'text' : 'binary', data });
  }
  return messages;
}
