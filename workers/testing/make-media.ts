import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A recording that ffmpeg makes: `inputs` and `output` are its arguments, `name` says what it is to be. */
export async function makeMedia(name: string, ...args: readonly string[]): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'lectern-media-'));
  try {
    const path = join(folder, name);
    await run('ffmpeg', ['-v', 'error', '-nostdin', ...args, path]);
    return await readFile(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export type Drawn = {
  readonly seconds: number;
  readonly size?: string;
  readonly rate?: string;
};

/** A moving picture with a clock in it. */
export const picture = ({ seconds, size = '320x180', rate = '25' }: Drawn): string[] => [
  '-f',
  'lavfi',
  '-i',
  `testsrc2=size=${size}:rate=${rate}:duration=${seconds}`,
];

export const tone = (seconds: number, hertz = 440): string[] => [
  '-f',
  'lavfi',
  '-i',
  `sine=frequency=${hertz}:sample_rate=48000:duration=${seconds}`,
];

/** H.264 as fast as it goes. */
export const h264: readonly string[] = [
  '-c:v',
  'libx264',
  '-preset',
  'ultrafast',
  '-pix_fmt',
  'yuv420p',
];

/** An input of subtitles, given as SRT. */
export const subtitles = (text: string): string[] => [
  '-f',
  'srt',
  '-i',
  `data:text/plain;base64,${Buffer.from(text).toString('base64')}`,
];

/** Writes into an MP4 that its picture lies on its side, as a telephone does that is held upright. */
export function turnUpright(bytes: Buffer): Buffer {
  // The matrix of the first track: a quarter against the clock in place of none.
  const none = '0001000000000000000000000000000000010000';
  const quarter = '000000000001000000000000ffff000000000000';
  const at = bytes.indexOf(Buffer.from(none, 'hex'), bytes.indexOf('tkhd'));
  if (at < 0) throw new Error('there is no matrix in this file');
  const turned = Buffer.from(bytes);
  Buffer.from(quarter, 'hex').copy(turned, at);
  return turned;
}
