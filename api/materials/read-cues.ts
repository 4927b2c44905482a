import { type Cue, mostMs } from '@lectern/db/captions/cue';
import { type FieldFault, Problem } from '../problems/problem.ts';

type SentCue = { readonly startTime: number; readonly endTime: number; readonly text: string };

/** More would not be read. */
const mostFaults = 50;

/** So little beyond the end is how exactly the end is known. */
const leewayMs = 1_000;

/** Cues as an author sends them, of a recording with this end; throws with all that is wrong with them. */
export function readCues(sent: readonly SentCue[], endMs: number): Cue[] {
  const cues = sent.map(({ startTime, endTime, text }) => ({
    startMs: Math.round(startTime * 1_000),
    endMs: Math.min(mostMs, Math.round(endTime * 1_000)),
    text: cleanText(text),
  }));
  const faults = cues.flatMap((cue, i) => [
    ...findFaults(cue, cues[i - 1], `body.cues.${i}`),
    ...findLate(cue, endMs, `body.cues.${i}`),
  ]);
  if (faults.length === 0) return cues;
  throw new Problem({
    status: 422,
    code: 'captions_invalid',
    detail: `${faults.length === 1 ? 'One cue is' : `${faults.length} times of cues are`} not as they should be. Nothing was changed.`,
    errors: faults.slice(0, mostFaults),
  });
}

function findFaults(cue: Cue, before: Cue | undefined, path: string): FieldFault[] {
  const faults: FieldFault[] = [];
  if (cue.endMs <= cue.startMs) {
    faults.push({ path: `${path}.endTime`, message: 'has to come after its startTime' });
  }
  if (before !== undefined && cue.startMs < before.startMs) {
    faults.push({ path: `${path}.startTime`, message: 'comes before that of the cue before it' });
  }
  return faults;
}

function findLate(cue: Cue, endMs: number, path: string): FieldFault[] {
  const message = `is beyond the end of the recording, which is at ${endMs / 1_000} seconds`;
  if (cue.startMs >= endMs) return [{ path: `${path}.startTime`, message }];
  return cue.endMs > endMs + leewayMs ? [{ path: `${path}.endTime`, message }] : [];
}

/** An empty line would end a cue in a file. */
function cleanText(text: string): string {
  return (
    text
      .split(/\r\n?|\n|\u2028|\u2029/)
      // oxlint-disable-next-line no-control-regex -- these are what is taken out
      .map((line) => line.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim())
      .filter((line) => line !== '')
      .join('\n')
      .normalize('NFC')
  );
}
