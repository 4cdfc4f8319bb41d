// Formatting of numbers for reports.

const STEPS = [
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
];

/** Decimals that make three significant figures of a number below 1000. */
const digitsOf = (size) => (size >= 99.95 || size === 0 ? 0 : size >= 9.995 ? 1 : 2);

/** Three significant figures: 1.04 M, 83.1 k, 512, 3.07. */
export function formatValue(value) {
  const size = Math.abs(value);
  const [step, letter] = STEPS.find(([least]) => size >= least * 0.9995) ?? [1, ''];
  const scaled = value / step;
  const text = scaled.toFixed(letter === '' && Number.isInteger(value) ? 0 : digitsOf(Math.abs(scaled)));
  return letter === '' ? text : `${text} ${letter}`;
}

/** 16 B, 64 KiB, 1 MiB. */
export function formatSize(bytes) {
  if (bytes >= 2 ** 20) return `${bytes / 2 ** 20} MiB`;
  return bytes >= 1024 ? `${bytes / 1024} KiB` : `${bytes} B`;
}

export function formatCount(count) {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A share of one core. */
export function formatShare(share) {
  return share === null ? '?' : `${Math.round(share * 100)}%`;
}

/** A ratio; empty when a contestant needed nothing. */
export function formatTimes(times) {
  if (!Number.isFinite(times) || times <= 0) return '';
  return `${times.toFixed(times < 0.0995 ? 3 : digitsOf(times))}×`;
}

/** Least and greatest: 98.2 k–103 k. */
export function formatSpread({ min, max }) {
  return `${formatValue(min)}–${formatValue(max)}`;
}

/** Least and greatest of ratios: 0.66–1.33. */
export function formatTimesSpread({ min, max }) {
  return `${formatTimes(min).slice(0, -1) || '0'}–${formatTimes(max).slice(0, -1) || '∞'}`;
}

/** Processor time of the contestant for each message, connection, … of a rate. */
export function formatCost({ median, cpu }) {
  if (cpu.server === null) return '';
  const nanoseconds = (cpu.server / median) * 1e9;
  if (nanoseconds >= 1e6) return `${formatValue(nanoseconds / 1e6)} ms`;
  if (nanoseconds >= 1e4) return `${formatValue(nanoseconds / 1e3)} µs`;
  return `${nanoseconds.toFixed(nanoseconds >= 100 ? 0 : 2)} ns`;
}
