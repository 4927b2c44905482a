import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { MadeRendition, MadeSegment, MadeVideo } from './insert-video.ts';

const run = promisify(execFile);

const pieces = 2;
const pieceS = 8;
const segmentS = 4;

let made: Promise<MadeVideo> | undefined;

/** Colour bars and tones as HLS, each piece by an ffmpeg of its own, made once for a file of tests. */
export function makeSegments(): Promise<MadeVideo> {
  return (made ??= make());
}

async function make(): Promise<MadeVideo> {
  const folder = await mkdtemp(join(tmpdir(), 'lectern-segments-'));
  try {
    return await makeIn(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function makeIn(folder: string): Promise<MadeVideo> {
  const key = randomBytes(16);
  await writeFile(join(folder, 'key'), key);
  await writeFile(join(folder, 'key-info'), `key\n${join(folder, 'key')}\n`);
  const picture = (name: string, width: number, height: number) =>
    makePicture({ folder, name, width, height });
  const renditions = [
    await picture('180p', 320, 180),
    await picture('90p', 160, 90),
    await makeSound({ folder, name: 'audio-en', language: 'en', hertz: 440 }),
    await makeSound({ folder, name: 'audio-ru', language: 'ru', hertz: 660 }),
  ];
  return { key, durationMs: pieces * pieceS * 1_000, pieces, renditions };
}

type Named = { readonly folder: string; readonly name: string };

async function makePicture({
  folder,
  name,
  width,
  height,
}: Named & { readonly width: number; readonly height: number }): Promise<MadeRendition> {
  const segments: MadeSegment[] = [];
  for (let piece = 0; piece < pieces; piece++) {
    const from = piece * pieceS;
    const whole = `testsrc2=size=${width}x${height}:rate=25:duration=${pieces * pieceS}`;
    // Not by `-ss`: it would begin with the frame that the piece before ended with.
    const cut = `trim=start=${from}:end=${from + pieceS},setpts=PTS-STARTPTS`;
    const input = ['-f', 'lavfi', '-i', `${whole},${cut}`];
    const codec = [
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-profile:v',
      'main',
      '-level',
      '3.0',
    ];
    const frames = ['-g', '100', '-keyint_min', '100', '-sc_threshold', '0', '-pix_fmt', 'yuv420p'];
    const args = [...input, ...codec, ...frames, '-output_ts_offset', String(from)];
    segments.push(...(await cutSegments(args, { folder, name, piece })));
  }
  return {
    name,
    kind: 'video',
    codecs: 'avc1.4d401e',
    width,
    height,
    frameRate: 25,
    language: null,
    isDefault: false,
    segments,
  };
}

async function makeSound({
  folder,
  name,
  language,
  hertz,
}: Named & { readonly language: string; readonly hertz: number }): Promise<MadeRendition> {
  const source = `sine=frequency=${hertz}:sample_rate=48000:duration=${pieces * pieceS}`;
  const args = ['-f', 'lavfi', '-i', source, '-c:a', 'aac', '-b:a', '64k', '-ac', '2'];
  return {
    name,
    kind: 'audio',
    codecs: 'mp4a.40.2',
    width: null,
    height: null,
    frameRate: null,
    language,
    isDefault: language === 'en',
    segments: await cutSegments(args, { folder, name, piece: 0 }),
  };
}

/** ffmpeg encrypts each segment with its number, counted on from that of the piece. */
async function cutSegments(
  args: readonly string[],
  { folder, name, piece }: Named & { readonly piece: number },
): Promise<MadeSegment[]> {
  const list = join(folder, `${name}-${piece}.m3u8`);
  const first = piece * 1_000;
  const encrypt = ['-hls_key_info_file', join(folder, 'key-info'), '-start_number', String(first)];
  const into = ['-hls_segment_filename', join(folder, `${name}-%d.ts`), list];
  const hls = ['-f', 'hls', '-hls_time', String(segmentS), '-hls_list_size', '0'];
  await run('ffmpeg', ['-nostdin', '-v', 'error', ...args, ...hls, ...encrypt, ...into]);
  const durations = [...(await readFile(list, 'utf8')).matchAll(/#EXTINF:([\d.]+),/g)];
  const segments: MadeSegment[] = [];
  let startS = piece * pieceS;
  for (const [number, [, text]] of durations.entries()) {
    const content = await readFile(join(folder, `${name}-${first + number}.ts`));
    segments.push({ content, piece, number, startS, durationS: Number(text) });
    startS += Number(text);
  }
  return segments;
}
