// Conversion to and from half floats (IEEE 754 binary16), which not every runtime's DataView supports: one sign bit,
// five exponent bits, ten fraction bits.

const WORDS = new Uint32Array(1);
const SINGLE = new Float32Array(WORDS.buffer);

/** The bits of the half float next to `value`; half-way between two, the one whose last bit is 0. */
export function toHalf(value: number): number {
  SINGLE[0] = value;
  const bits = WORDS[0] as number;
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fff_ffff;
  if (magnitude > 0x7f80_0000) return sign | 0x7e00 | ((magnitude >>> 13) & 0x3ff); // NaN
  if (magnitude >= 0x4780_0000) return sign | 0x7c00; // 65536 and more: infinite
  if (magnitude < 0x3880_0000) return sign | subnormal(magnitude); // below 2^-14
  // The exponent's bias goes from 127 to 15; rounding may carry into it, up to infinity.
  return sign | roundedShift(magnitude - (112 << 23), 13);
}

function subnormal(magnitude: number): number {
  const shift = 126 - (magnitude >>> 23);
  if (shift > 24) return 0;
  return roundedShift((magnitude & 0x7f_ffff) | 0x80_0000, shift);
}

/** `bits` without their last `shift`, rounded to even. */
function roundedShift(bits: number, shift: number): number {
  const half = 2 ** (shift - 1);
  const rest = bits & (2 ** shift - 1);
  const kept = bits >>> shift;
  return rest > half || (rest === half && (kept & 1) === 1) ? kept + 1 : kept;
}

export function fromHalf(bits: number): number {
  const sign = (bits & 0x8000) === 0 ? 1 : -1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}
