// Formatting of numbers for reports.

const STEPS = [
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
];

/** Three significant figures: 1.04 M, 83.1 k, 512, 3.07. */
export function formatValue(value) {
  const size = Math.abs(value);
  const [step, letter] = STEPS.find(([least]) => size >= least * 0.9995) ?? [1, ''];
  const scaled = value / step;
  const digits = Math.abs(scaled) >= 99.95 || scaled === 0 ? 0 : Math.abs(scaled) >= 9.995 ? 1 : 2;
  const text = scaled.toFixed(letter === '' && Number.isInteger(value) ? 0 : digits);
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
  return Number.isFinite(times) && times > 0 ? `${times.toFixed(2)}×` : '';
}

/** Processor time of the contestant for each message, connection, … of a rate. */
export function formatCost({ median, cpu }) {
  if (cpu.server === null) return '';
  const nanoseconds = (cpu.server / median) * 1e9;
  if (nanoseconds >= 1e6) return `${formatValue(nanoseconds / 1e6)} ms`;
  if (nanoseconds >= 1e4) return `${formatValue(nanoseconds / 1e3)} µs`;
  return `${nanoseconds.toFixed(nanoseconds >= 100 ? 0 : 2)} ns`;
}
