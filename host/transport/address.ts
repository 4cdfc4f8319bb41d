// IP addresses as text: parsing, and formatting as Godot does it.

const GROUPS = 8;

/** The eight 16-bit groups of an IPv6 address, or of an IPv4 address as ::ffff:a.b.c.d; null for anything else. */
export function parseAddress(text: string): Uint16Array | null {
  const colon = text.indexOf(':') >= 0;
  const scope = colon ? text.indexOf('%') : -1;
  const address = scope < 0 ? text : text.slice(0, scope);
  if (!colon) {
    const pair = parseIPv4(address);
    return pair === null ? null : Uint16Array.of(0, 0, 0, 0, 0, 0xffff, pair[0], pair[1]);
  }
  const gap = address.indexOf('::');
  if (gap < 0) {
    const groups = parseGroups(address);
    return groups?.length === GROUPS ? Uint16Array.from(groups) : null;
  }
  const before = gap === 0 ? [] : parseGroups(address.slice(0, gap), false);
  const after = gap + 2 === address.length ? [] : parseGroups(address.slice(gap + 2));
  if (before === null || after === null || before.length + after.length >= GROUPS) return null;
  const result = new Uint16Array(GROUPS);
  result.set(before, 0);
  result.set(after, GROUPS - after.length);
  return result;
}

/**
 * An address as Godot shows it: IPv4 dotted, IPv6 as eight unpadded lower-case groups (`0:0:0:0:0:0:0:1`), an
 * IPv4-mapped IPv6 address as IPv4. Other text is returned unchanged.
 */
export function showAddress(text: string): string {
  const groups = parseAddress(text);
  if (groups === null) return text;
  const mapped = groups[5] === 0xffff && groups.subarray(0, 5).every((group) => group === 0);
  if (!mapped) return Array.from(groups, (group) => group.toString(16)).join(':');
  return Array.from(groups.subarray(6), (group) => `${group >> 8}.${group & 255}`).join('.');
}

/**
 * Whose an address is when addresses are counted: an IPv4 address its own, an IPv6 address that of its network of 64
 * bits, of which one household has all. Other text is returned unchanged.
 */
export function networkOf(text: string): string {
  if (text.indexOf(':') < 0) return text;
  const shown = showAddress(text);
  const groups = shown.split(':');
  return groups.length === GROUPS ? `${groups.slice(0, GROUPS / 2).join(':')}::/64` : shown;
}

/** Whether `host` could be a name: not when it contains blanks or control characters, or is `*`. */
export function canBeHost(host: string): boolean {
  if (host === '' || host === '*' || host.length > 255) return false;
  for (let index = 0; index < host.length; index += 1) {
    const code = host.charCodeAt(index);
    if (code <= 0x20 || code === 0x7f) return false;
  }
  return true;
}

/** Groups between colons; the last may be a dotted IPv4 address when `tail` is set. */
function parseGroups(text: string, tail = true): number[] | null {
  const parts = text.split(':');
  const groups: number[] = [];
  for (const [index, part] of parts.entries()) {
    if (tail && index === parts.length - 1 && part.indexOf('.') >= 0) {
      const pair = parseIPv4(part);
      if (pair === null) return null;
      groups.push(...pair);
    } else {
      const group = part.length <= 4 ? parseDigits(part, 16) : -1;
      if (group < 0) return null;
      groups.push(group);
    }
  }
  return groups;
}

function parseIPv4(text: string): [number, number] | null {
  const parts = text.split('.');
  if (parts.length !== 4) return null;
  const bytes = parts.map((part) => {
    const plain = part.length === 1 || (part.length <= 3 && !part.startsWith('0'));
    return plain ? parseDigits(part, 10) : -1;
  });
  if (bytes.some((byte) => byte < 0 || byte > 255)) return null;
  const [first, second, third, fourth] = bytes as [number, number, number, number];
  return [(first << 8) | second, (third << 8) | fourth];
}

/** Value of text that consists of digits of `base`, -1 for anything else. */
function parseDigits(text: string, base: 10 | 16): number {
  let value = text === '' ? -1 : 0;
  for (const character of text) {
    const digit = '0123456789abcdef'.indexOf(character.toLowerCase());
    if (digit < 0 || digit >= base) return -1;
    value = value * base + digit;
  }
  return value;
}
