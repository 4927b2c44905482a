import { MediaInfo } from '@lectern/db/materials/media-info';
import { Type } from 'typebox';
import { defineEngine } from '../sandbox/define-engine.ts';
import { Segment } from './conversion.ts';
import { Scanned } from './scan.ts';

/** Says what is in a recording, and why it cannot be played if that is so. */
export const mediaProbe = defineEngine({
  name: 'media probe',
  module: import.meta.resolve('./probe-file.ts'),
  run: 'probeFile',
  programs: ['ffprobe'],
  shape: Type.Object({ kind: Type.Literal('info'), info: MediaInfo }),
  limits: { deadlineMs: 3 * 60_000, cpuSeconds: 120 },
});

const scanner = {
  module: import.meta.resolve('./scan-packets.ts'),
  run: 'scanPackets',
  programs: ['ffprobe'],
  shape: Scanned,
};

/** Goes through all packets of a recording. */
export const mediaScan = defineEngine({
  ...scanner,
  name: 'media scan',
  isPatient: true,
  limits: { deadlineMs: 30 * 60_000, cpuSeconds: 20 * 60 },
});

/** Goes through those with which it begins, or all of a short one, while somebody waits. */
export const mediaLook = defineEngine({
  ...scanner,
  name: 'media look',
  limits: { deadlineMs: 2 * 60_000, cpuSeconds: 60 },
});

const converter = {
  module: import.meta.resolve('./convert-file.ts'),
  run: 'convertFile',
  programs: ['ffmpeg'],
  shape: Segment,
};

/** Takes sound or words out of a recording of any length. */
export const mediaExtraction = defineEngine({
  ...converter,
  name: 'media extraction',
  isPatient: true,
  // A day of speech as it is heard, before it is encoded.
  limits: { deadlineMs: 60 * 60_000, cpuSeconds: 60 * 60, outputBytes: 4 * 1024 ** 3 },
});

// A minute in the largest size that there is, on one slow core.
const pieceLimits = { memoryMb: 4_096, deadlineMs: 2 * 3_600_000, cpuSeconds: 2 * 3_600 };

/** Makes a piece of a video in all its renditions. */
export const mediaPieces = defineEngine({
  ...converter,
  name: 'media pieces',
  isPatient: true,
  limits: pieceLimits,
});

/** The same for the piece with which a video begins. */
export const mediaFirstPiece = defineEngine({
  ...converter,
  name: 'media first piece',
  limits: pieceLimits,
});

/** Makes the sound of a recording, whole. Its segments go as they come. */
export const mediaSound = defineEngine({
  ...converter,
  name: 'media sound',
  isPatient: true,
  limits: { deadlineMs: 3 * 3_600_000, cpuSeconds: 2 * 3_600 },
});

/** Makes still pictures of a video. */
export const mediaPictures = defineEngine({
  ...converter,
  name: 'media pictures',
  isPatient: true,
  limits: { memoryMb: 2_048, deadlineMs: 60 * 60_000, cpuSeconds: 60 * 60 },
});

/** Tries whether an encoder of the machine works. */
export const encoderTest = defineEngine({
  ...converter,
  name: 'encoder test',
  limits: { deadlineMs: 10_000, cpuSeconds: 10 },
});
