import { options } from '../media/options.ts';

/** The timestamp of the first moment in every stream, in seconds: some need room before it. */
export const atZeroS = 1.4;

const extension = '.ts';

/** How files of an output are named, and where they are listed. */
export const listOf = (name: string) => ({
  name: `${name}-%d${extension}`,
  list: `${name}.csv`,
});

export type Cutting = {
  /** Where segments begin after the first, or how long each is. */
  readonly times?: readonly string[];
  readonly everyS?: number;
  /** Added to all timestamps. */
  readonly offsetS: number;
};

/** Cuts an output into segments of MPEG-TS whose timestamps go on from one to the next, whoever makes it. */
export function segmentOptions(name: string, { times = [], everyS, offsetS }: Cutting): string[] {
  const cuts =
    everyS === undefined
      ? times.length > 0
        ? `-segment_times ${times.join(',')}`
        : // Longer than any.
          '-segment_time 1000000'
      : `-segment_time ${everyS}`;
  return options(
    `-avoid_negative_ts disabled -muxdelay 0 -initial_offset ${offsetS.toFixed(6)} ` +
      `-f segment -segment_format mpegts ${cuts} ` +
      `-segment_list ${listOf(name).list} -segment_list_type csv`,
  );
}
