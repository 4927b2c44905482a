import { frameMs } from './measure-frames.ts';
import type { Span } from './sound.ts';

/** What is written down at once: stretches of speech, without the silence between them. */
export type Piece = { readonly parts: readonly Span[] };

/** Models listen to half a minute at a time. */
const mostMs = 29_000;
const enoughMs = 24_000;
/** Stretches that lie so near together are one, with their pause. */
const nearMs = 200;
/** A cut through speech is made where it is quietest for so long. */
const quietMs = 160;

/** Cuts at silence, and at the longest that there is near the limit. `voice` is how loud each frame is. */
export function planPieces(spans: readonly Span[], voice: Float32Array): Piece[] {
  const pieces: Piece[] = [];
  let current: Span[] = [];
  for (const span of spans.flatMap((one) => splitLong(one, voice))) {
    current.push(span);
    while (lengthOf(joinNear(current)) > mostMs) {
      const count = chooseCut(current);
      pieces.push({ parts: joinNear(current.slice(0, count)) });
      current = current.slice(count);
    }
  }
  if (current.length > 0) pieces.push({ parts: joinNear(current) });
  return pieces;
}

export function lengthOf(parts: readonly Span[]): number {
  return parts.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
}

/** After how many stretches the silence is longest, of those that fill a piece well. */
function chooseCut(spans: readonly Span[]): number {
  let best = { count: spans.length - 1, gapMs: -1 };
  for (let count = 1; count < spans.length; count++) {
    const length = lengthOf(joinNear(spans.slice(0, count)));
    const gapMs = (spans[count]?.startMs ?? 0) - (spans[count - 1]?.endMs ?? 0);
    if (length > mostMs) break;
    if (length >= enoughMs && gapMs > best.gapMs) best = { count, gapMs };
  }
  return Math.max(1, best.count);
}

function joinNear(spans: readonly Span[]): Span[] {
  const joined: Span[] = [];
  for (const span of spans) {
    const last = joined.at(-1);
    const isNear = last !== undefined && span.startMs - last.endMs <= nearMs;
    if (isNear) joined[joined.length - 1] = { ...last, endMs: span.endMs };
    else joined.push(span);
  }
  return joined;
}

/** Who speaks for longer without a pause is cut where the voice is lowest. */
function splitLong(span: Span, voice: Float32Array): Span[] {
  const parts: Span[] = [];
  let { startMs } = span;
  while (span.endMs - startMs > mostMs) {
    const cutMs = findQuietest(voice, { startMs: startMs + enoughMs, endMs: startMs + mostMs });
    parts.push({ startMs, endMs: cutMs });
    startMs = cutMs;
  }
  return [...parts, { startMs, endMs: span.endMs }];
}

function findQuietest(voice: Float32Array, { startMs, endMs }: Span): number {
  const frames = quietMs / frameMs;
  let best = { atMs: endMs, level: Number.POSITIVE_INFINITY };
  for (let i = Math.round(startMs / frameMs); i + frames <= endMs / frameMs; i++) {
    let level = 0;
    for (let j = 0; j < frames; j++) level += voice[i + j] ?? 0;
    if (level < best.level) best = { atMs: (i + frames / 2) * frameMs, level };
  }
  return best.atMs;
}
