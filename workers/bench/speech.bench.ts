import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { until } from '@lectern/db/testing/until';
import { type Answer, register } from '../testing/house-person.ts';
import { makeWav, noise, silence, speak } from '../testing/speak.ts';
import { startHouse } from '../testing/start-house.ts';

// Some minutes of speech, from the moment that somebody begins to listen until it can be found, against the
// engine alone: one pocketsphinx by hand on the whole file. Once with one piece at a time, which shows what
// we add, and once as it is used, with a piece for each core.

/** The least of them counts: whatever else this machine does only adds. */
const rounds = 3;
const most = 1.1;
const longestMs = 10 * 60_000;
const sentences = [
  'The moon pulls at the sea, and the tide comes twice a day.',
  'In the history of science the telescope changed how people saw the planets.',
  'Photosynthesis turns light into sugar.',
  'A good question is worth more than a quick answer.',
  'The river carries sand from the mountains to the coast.',
];
const repeats = 10;

const folder = await mkdtemp(join(tmpdir(), 'lectern-bench-'));
try {
  const file = join(folder, 'speech.wav');
  const { wav, seconds } = await makeSpeech();
  await writeFile(file, wav);
  // Nothing else is made of the sound meanwhile.
  const takes = ['canary', 'probe', 'transcribe', 'captions', 'index', 'analyse'];
  const oneByOne = await startHouse({ takes, settings: { LECTERN_SPEECH_PIECES: '1' } });
  const asUsed = await startHouse({ takes });
  try {
    const places = [
      { what: 'one piece at a time', run: await makeUploader(oneByOne.url), times: [] as number[] },
      {
        what: `${availableParallelism()} pieces at a time`,
        run: await makeUploader(asUsed.url),
        times: [] as number[],
      },
    ];
    const alone: number[] = [];
    for (let round = 0; round < rounds; round++) {
      alone.push(await measureEngine(file));
      for (const { run, times } of places) times.push(await run(round));
    }
    const engineMs = Math.min(...alone);
    say(`${seconds.toFixed(0)} s of sound; pocketsphinx alone ${(engineMs / 1_000).toFixed(1)} s`);
    for (const { what, times } of places) {
      const ratio = Math.min(...times) / engineMs;
      const isMet = ratio <= most;
      say(`${what}: ${ratio.toFixed(2)} of it (goal ≤ ${most}) ${isMet ? 'met' : 'MISSED'}`);
      if (!isMet) process.exitCode = 1;
    }
  } finally {
    await oneByOne[Symbol.asyncDispose]();
    await asUsed[Symbol.asyncDispose]();
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** As a lecture is: sentences with pauses between them, and now and then a longer one. */
async function makeSpeech() {
  const said = await Promise.all(sentences.map(speak));
  const parts = Array.from({ length: repeats }, (_, i) => [
    ...said.flatMap((pcm) => [pcm, silence(600)]),
    silence(i % 3 === 2 ? 4_000 : 900),
  ]);
  const pcm = Buffer.concat(parts.flat());
  return { wav: makeWav(pcm), seconds: pcm.length / 32_000 };
}

async function measureEngine(file: string): Promise<number> {
  const startedAt = performance.now();
  // As far behind whatever else this machine does as workers and their readers are.
  const command = ['-n', '7', 'pocketsphinx_continuous', '-infile', file, '-time', 'yes'];
  await promisify(execFile)('nice', [...command, '-logfn', '/dev/null']);
  return performance.now() - startedAt;
}

/** Uploads the same speech, a little different each time, and tells how long it took until it could be found. */
async function makeUploader(url: string) {
  const person = await register(url, 'speaker');
  return async (round: number): Promise<number> => {
    const { wav } = await makeSpeech();
    const bytes = makeWav(Buffer.concat([wav.subarray(44), noise(10 + round, 3)]));
    const answer = await person.upload([{ name: 'speech.wav', bytes }]);
    const { items }: { items: Answer[] } = JSON.parse(await answer.text());
    const stages = await until(
      'it can be found',
      async () => {
        const material = await person.call('GET', `/v1/materials/${items[0]?.id}`);
        const analyse = material.stages.find(({ name }) => name === 'analyse');
        if (analyse?.status === 'skipped') throw new Error(JSON.stringify(material.stages));
        return analyse?.status === 'done' && material.stages;
      },
      longestMs,
    );
    const at = (name: string, end: 'startedAt' | 'finishedAt') =>
      Date.parse(stages.find((stage) => stage.name === name)?.[end] ?? '');
    return at('index', 'finishedAt') - at('transcribe', 'startedAt');
  };
}

function say(words: string): void {
  process.stdout.write(`speech  ${words}\n`);
}
