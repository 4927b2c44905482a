import type { PlannedRendition } from '@lectern/db/materials/video-plan';
import type { FrameRate } from './frame-rate.ts';
import { fps } from './frame-rate.ts';
import { options } from './options.ts';

export type EncoderName = 'software' | 'nvenc' | 'vaapi' | 'videotoolbox';

/** What makes H.264 of a picture. */
export type Encoder = {
  readonly name: EncoderName;
  /** Go before the input. */
  readonly deviceOptions: readonly string[];
};

export const software: Encoder = { name: 'software', deviceOptions: [] };

/** Those of the machine's hardware, in the order in which they are tried. */
export const hardware: readonly Encoder[] = [
  { name: 'nvenc', deviceOptions: [] },
  { name: 'videotoolbox', deviceOptions: [] },
  { name: 'vaapi', deviceOptions: options('-vaapi_device /dev/dri/renderD128') },
];

/** The filters that bring frames to where an encoder takes them. */
export function prepareFor({ name }: Encoder): string[] {
  return name === 'vaapi' ? ['format=nv12', 'hwupload'] : [];
}

export type Encoding = Pick<PlannedRendition, 'peak' | 'level'> & {
  readonly rate: FrameRate;
  readonly threads: number;
  /** Somebody waits for it: it may be larger for what it shows. */
  readonly isUrgent?: boolean;
};

/** Key pictures only where they are forced; a group of pictures needs none of another. */
export function encode(
  { name }: Encoder,
  { peak, level, rate, threads, isUrgent = false }: Encoding,
): string[] {
  const group = `-g ${Math.ceil(fps(rate) * 60)}`;
  const limit = `-maxrate ${peak} -bufsize ${peak}`;
  const average = `-b:v ${Math.round(peak * 0.7)}`;
  const dotted = (level / 10).toFixed(1);
  switch (name) {
    case 'software':
      return options(
        `-c:v libx264 -preset ${isUrgent ? 'superfast' : 'veryfast'} -crf 23 ${limit} -profile:v high -level:v ${dotted} ` +
          `${group} -sc_threshold 0 -threads ${threads}`,
      );
    case 'nvenc':
      return options(
        `-c:v h264_nvenc -preset p4 -rc vbr -cq 25 ${limit} -profile:v high -level:v ${dotted} ` +
          `${group} -forced-idr 1 -no-scenecut 1`,
      );
    case 'vaapi':
      return options(
        `-c:v h264_vaapi -rc_mode VBR ${average} ${limit} -profile:v high -level:v ${level} ${group}`,
      );
    case 'videotoolbox':
      return options(
        `-c:v h264_videotoolbox ${average} ${limit} -profile:v high -level:v ${dotted} ${group}`,
      );
  }
}
