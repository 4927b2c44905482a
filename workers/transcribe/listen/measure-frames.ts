import { bandPass } from './band-pass.ts';
import { samplesPerSecond } from './sound.ts';

export const frameMs = 20;
const frameSamples = (frameMs * samplesPerSecond) / 1_000;
/** Nothing is quieter than what 16 bits can say. */
const quietestDb = -96;

/** What a recording is like, for each of its frames. */
export type Frames = {
  /** How loud it is where voices are, in dB below the loudest there can be. */
  readonly voice: Float32Array;
  readonly all: Float32Array;
  /** How often the wave crosses zero, 0–1: much in an s or an f. */
  readonly crossings: Float32Array;
};

/** Goes through 16-bit samples once, whatever their number. */
export async function measureFrames(
  pcm: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<Frames> {
  const voice = growing();
  const all = growing();
  const crossings = growing();
  const filter = bandPass();
  let [count, voiceSum, allSum, crossed, before] = [0, 0, 0, 0, 0];
  for await (const sample of samplesOf(pcm, signal)) {
    for (const value of sample) {
      const filtered = filter(value);
      voiceSum += filtered * filtered;
      allSum += value * value;
      if (value < 0 !== before < 0) crossed++;
      before = value;
      if (++count < frameSamples) continue;
      voice.push(decibel(voiceSum / count));
      all.push(decibel(allSum / count));
      crossings.push(crossed / count);
      [count, voiceSum, allSum, crossed] = [0, 0, 0, 0];
    }
  }
  return { voice: voice.values(), all: all.values(), crossings: crossings.values() };
}

/** Chunks end where they like, also between the two bytes of a sample. */
async function* samplesOf(
  pcm: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Int16Array, void, void> {
  let rest = Buffer.alloc(0);
  for await (const chunk of pcm) {
    signal.throwIfAborted();
    const bytes = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    const whole = bytes.length - (bytes.length % 2);
    yield toSamples(bytes.subarray(0, whole));
    rest = bytes.subarray(whole);
  }
}

function toSamples(bytes: Buffer): Int16Array {
  const samples = new Int16Array(bytes.length >> 1);
  for (let i = 0; i < samples.length; i++) samples[i] = bytes.readInt16LE(2 * i);
  return samples;
}

function decibel(meanSquare: number): number {
  return Math.max(quietestDb, 10 * Math.log10(meanSquare / 32_768 ** 2 + 1e-12));
}

function growing() {
  let kept = new Float32Array(4_096);
  let length = 0;
  return {
    push: (value: number) => {
      if (length === kept.length) {
        const larger = new Float32Array(2 * length);
        larger.set(kept);
        kept = larger;
      }
      kept[length++] = value;
    },
    values: () => kept.slice(0, length),
  };
}
