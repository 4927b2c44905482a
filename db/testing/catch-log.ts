import pino from 'pino';
import type { Log } from '../log.ts';

type Line = { readonly level: number; readonly msg: string };

/** A log whose lines a test can look at. */
export function catchLog(): { readonly log: Log; readonly lines: readonly Line[] } {
  const lines: Line[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => lines.push(JSON.parse(line)) });
  return { log, lines };
}
