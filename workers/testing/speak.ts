import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { writeWav } from '../transcribe/engines/write-wav.ts';

// Sound that tests make: 16 kHz, one channel, 16 bits.

const samplesPerMs = 16;

/** A sentence, said by a program, as samples. */
export async function speak(text: string): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'lectern-speech-'));
  try {
    const file = join(folder, 'said.wav');
    await promisify(execFile)('flite', ['-voice', 'rms', '-t', text, '-o', file]);
    const wav = await readFile(file);
    return wav.subarray(wav.indexOf('data') + 8);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A recording in which somebody speaks for so long without a pause; the noise makes no two parts of it the same. */
export async function recordSpeech(seconds: number): Promise<Buffer> {
  const sentence = await speak('Twice a day the water comes, and twice a day it goes away again.');
  const times = Math.ceil((seconds * 1_000) / durationOf(sentence));
  const said = Buffer.concat([silence(2_000), ...Array.from({ length: times }, () => sentence)]);
  return writeWav(mix(said, noise(durationOf(said), 4)));
}

export function silence(ms: number): Buffer {
  return Buffer.alloc(2 * ms * samplesPerMs);
}

/** The same each time. `level` is the largest value of a sample. */
export function noise(ms: number, level: number): Buffer {
  const samples = Buffer.alloc(2 * ms * samplesPerMs);
  let seed = 1;
  for (let at = 0; at < samples.length; at += 2) {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    samples.writeInt16LE(Math.round((seed / 1_073_741_824 - 1) * level), at);
  }
  return samples;
}

export function tone(ms: number, hz: number, level: number): Buffer {
  const samples = Buffer.alloc(2 * ms * samplesPerMs);
  for (let i = 0; i < samples.length / 2; i++) {
    samples.writeInt16LE(Math.round(level * Math.sin((2 * Math.PI * hz * i) / 16_000)), 2 * i);
  }
  return samples;
}

/** Both at once; as long as the longer one. */
export function mix(one: Buffer, other: Buffer): Buffer {
  const [longer, shorter] = one.length >= other.length ? [one, other] : [other, one];
  const mixed = Buffer.from(longer);
  for (let at = 0; at + 1 < shorter.length; at += 2) {
    const sum = longer.readInt16LE(at) + shorter.readInt16LE(at);
    mixed.writeInt16LE(Math.min(32_767, Math.max(-32_768, sum)), at);
  }
  return mixed;
}

/** As nobody speaks. */
export function reverse(pcm: Buffer): Buffer {
  const samples = Array.from({ length: pcm.length / 2 }, (_, i) => pcm.readInt16LE(2 * i));
  return Buffer.from(Int16Array.from(samples.toReversed()).buffer);
}

export function durationOf(pcm: Buffer): number {
  return pcm.length / 2 / samplesPerMs;
}

export { writeWav as makeWav };
