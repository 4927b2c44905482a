import { writeTime } from '@lectern/db/captions/write-captions';
import type { Storyboard } from '@lectern/db/materials/storyboard';

/** Which part of which sheet shows what is seen from when to when, as players read it. */
export function writeStoryboard(
  { width, height, columns, rows, everyS, count, sheets }: Storyboard,
  { durationMs, uriOf }: { readonly durationMs: number; readonly uriOf: (sheet: number) => string },
): string {
  const perSheet = columns * rows;
  const most = Math.min(count, sheets.length * perSheet);
  const cues: string[] = ['WEBVTT\n'];
  for (let i = 0; i < most; i++) {
    const startMs = i * everyS * 1_000;
    if (startMs >= durationMs) break;
    const endMs = i === most - 1 ? durationMs : Math.min((i + 1) * everyS * 1_000, durationMs);
    const x = (i % columns) * width;
    const y = Math.floor((i % perSheet) / columns) * height;
    const uri = `${uriOf(Math.floor(i / perSheet))}#xywh=${x},${y},${width},${height}`;
    cues.push(`\n${writeTime(startMs, '.')} --> ${writeTime(endMs, '.')}\n${uri}\n`);
  }
  return cues.join('');
}
