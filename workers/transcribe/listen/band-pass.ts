import { samplesPerSecond } from './sound.ts';

/** A filter of second order; keeps what came before between two calls. */
function biquad(b: readonly [number, number, number], a: readonly [number, number, number]) {
  const [b0, b1, b2] = b.map((value) => value / a[0]);
  const [, a1, a2] = a.map((value) => value / a[0]);
  let [x1, x2, y1, y2] = [0, 0, 0, 0];
  return (x: number): number => {
    const y = (b0 ?? 0) * x + (b1 ?? 0) * x1 + (b2 ?? 0) * x2 - (a1 ?? 0) * y1 - (a2 ?? 0) * y2;
    x2 = x1;
    x1 = x;
    y2 = y1;
    y1 = y;
    return y;
  };
}

/** Robert Bristow-Johnson's formulas, with the flattest response. */
function design(kind: 'high' | 'low', cutHz: number) {
  const angle = (2 * Math.PI * cutHz) / samplesPerSecond;
  const [cos, alpha] = [Math.cos(angle), Math.sin(angle) / Math.SQRT2];
  const side = kind === 'low' ? (1 - cos) / 2 : (1 + cos) / 2;
  const middle = kind === 'low' ? 1 - cos : -(1 + cos);
  return biquad([side, middle, side], [1 + alpha, -2 * cos, 1 - alpha]);
}

/** Lets through where voices are: neither the hum of the mains nor the hiss of a microphone. */
export function bandPass(): (sample: number) => number {
  const [high, low] = [design('high', 180), design('low', 3_600)];
  return (sample) => low(high(sample));
}
