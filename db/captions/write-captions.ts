import type { Cue } from './cue.ts';

type Remark = {
  /** For whoever opens the file; players do not show it. */
  readonly remark?: string | undefined;
};

export function writeVtt(cues: readonly Cue[], { remark }: Remark = {}): string {
  const head = remark === undefined ? 'WEBVTT\n' : `WEBVTT\n\nNOTE ${escapeVtt(oneLine(remark))}\n`;
  const blocks = cues.map(
    ({ startMs, endMs, text }, i) =>
      `\n${i + 1}\n${writeTime(startMs, '.')} --> ${writeTime(endMs, '.')}\n${escapeVtt(withoutGaps(text))}\n`,
  );
  return head + blocks.join('');
}

export function writeSrt(cues: readonly Cue[]): string {
  return cues
    .map(
      ({ startMs, endMs, text }, i) =>
        `${i + 1}\n${writeTime(startMs, ',')} --> ${writeTime(endMs, ',')}\n${withoutGaps(text).replaceAll('-->', '->')}\n`,
    )
    .join('\n');
}

/** Hours, minutes, seconds and thousandths, as both formats have them. */
export function writeTime(ms: number, point: '.' | ','): string {
  const whole = Math.round(ms);
  const parts = [whole / 3_600_000, (whole / 60_000) % 60, (whole / 1_000) % 60];
  const clock = parts.map((part) => String(Math.floor(part)).padStart(2, '0')).join(':');
  return `${clock}${point}${String(whole % 1_000).padStart(3, '0')}`;
}

/** An empty line would end the cue. */
function withoutGaps(text: string): string {
  return text
    .split(/\r\n?|\n/)
    .filter((line) => line.trim() !== '')
    .join('\n');
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function escapeVtt(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
