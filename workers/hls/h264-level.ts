import { fps, type FrameRate } from '../media/frame-rate.ts';

/** ITU-T H.264, table A-1: blocks of 16 × 16 pixels in a frame and in a second. */
const levels = [
  { level: 30, inFrame: 1_620, inSecond: 40_500 },
  { level: 31, inFrame: 3_600, inSecond: 108_000 },
  { level: 32, inFrame: 5_120, inSecond: 216_000 },
  { level: 40, inFrame: 8_192, inSecond: 245_760 },
  { level: 42, inFrame: 8_704, inSecond: 522_240 },
  { level: 50, inFrame: 22_080, inSecond: 589_824 },
  { level: 51, inFrame: 36_864, inSecond: 983_040 },
];

/** The lowest level that players have to know for a picture of this size and speed. */
export function levelOf(
  { width, height }: { readonly width: number; readonly height: number },
  rate: FrameRate,
): number {
  const inFrame = Math.ceil(width / 16) * Math.ceil(height / 16);
  const inSecond = inFrame * fps(rate);
  const fits = levels.find((one) => inFrame <= one.inFrame && inSecond <= one.inSecond);
  return fits?.level ?? 52;
}

const profiles: Readonly<Record<string, string>> = {
  'Constrained Baseline': '42c0',
  Baseline: '4200',
  Main: '4d40',
  High: '6400',
};

/** As players are told it (RFC 6381); undefined for what they do not all play. */
export function codecOf(profile: string, level: number): string | undefined {
  const known = profiles[profile];
  return known && `avc1.${known}${level.toString(16).padStart(2, '0')}`;
}
