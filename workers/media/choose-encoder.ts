import type { Config } from '@lectern/db/config';
import { openReading } from '../sandbox/open-reading.ts';
import { encode, type Encoder, hardware, prepareFor, software } from './encoders.ts';
import { encoderTest } from './engines.ts';
import { options } from './options.ts';

let chosen: Promise<Encoder> | undefined;

/** What encodes on this machine: its hardware, if that makes a small picture as it should, else its processor. */
export function chooseEncoder({ videoEncoder }: Pick<Config, 'videoEncoder'>): Promise<Encoder> {
  chosen ??= findEncoder(videoEncoder);
  return chosen;
}

/** The first that works of those that are allowed. */
export async function findEncoder(wanted: Config['videoEncoder']): Promise<Encoder> {
  const allowed = hardware.filter(({ name }) => wanted === 'auto' || wanted === name);
  for (const encoder of allowed) {
    if (await isWorking(encoder)) return encoder;
  }
  return software;
}

/** Whether it makes a second of a small picture here. */
export async function isWorking(encoder: Encoder): Promise<boolean> {
  const filters = ['format=yuv420p', ...prepareFor(encoder)].join(',');
  const ask = {
    input: [...encoder.deviceOptions, ...options('-f lavfi')],
    outputs: [
      {
        name: 'test.ts',
        options: [
          ...options(`-vf ${filters} -frames:v 30`),
          ...encode(encoder, { peak: 1_000_000, level: 31, rate: [30, 1], threads: 1 }),
          ...options('-force_key_frames 0,0.5 -f mpegts'),
        ],
      },
    ],
  };
  const { signal } = new AbortController();
  const source = { path: 'testsrc2=size=640x360:rate=30' };
  try {
    await using reading = await openReading(encoderTest, { source, signal, ask });
    for await (const _segment of reading.messages);
    return true;
  } catch {
    // This machine has none of that make.
    return false;
  }
}
