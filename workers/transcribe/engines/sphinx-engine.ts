import { availableParallelism } from 'node:os';
import { Type } from 'typebox';
import { processorTurns } from '../../runtime/processor-turns.ts';
import { defineEngine } from '../../sandbox/define-engine.ts';
import { openReading } from '../../sandbox/open-reading.ts';
import { prepareChild } from '../../sandbox/spare-children.ts';
import type { SphinxWord } from './run-sphinx.ts';
import type { SphinxModel } from './find-sphinx-model.ts';
import type { Heard, HeardWord, Listening, SpeechEngine } from './speech-engine.ts';

const Ms = Type.Integer({ minimum: 0, maximum: 10_000_000 });

const reader = defineEngine({
  name: 'pocketsphinx',
  module: import.meta.resolve('./run-sphinx.ts'),
  run: 'runSphinx',
  shape: Type.Object({
    words: Type.Array(
      Type.Object({
        text: Type.String({ maxLength: 100 }),
        startMs: Ms,
        endMs: Ms,
        confidence: Type.Number({ minimum: 0, maximum: 1 }),
      }),
    ),
  }),
  programs: ['pocketsphinx_continuous'],
  // Half a minute of sound takes it a quarter of a minute.
  limits: { cpuSeconds: 5 * 60, deadlineMs: 10 * 60_000, outputBytes: 1024 * 1024 },
});

/** The recogniser of the system's packages. It knows English words, no points and no capitals. */
export function openSphinxEngine(
  model: SphinxModel,
  { speechPieces }: { readonly speechPieces: number },
): SpeechEngine {
  return {
    name: 'pocketsphinx',
    isDraft: true,
    languages: ['en'],
    canVary: false,
    places: speechPieces || availableParallelism(),
    listen: (listening) => listen(model, listening),
  };
}

async function listen(
  model: SphinxModel,
  { pcm, durationMs, asker, signal }: Listening,
): Promise<Heard> {
  const turn = await processorTurns.enter(asker, { signal, isLong: true });
  try {
    await using reading = await openReading(reader, { source: once(pcm), signal, ask: model });
    // The next piece finds a child that is ready, and this one needs what it waits for no more.
    void prepareChild(reader);
    const told: SphinxWord[] = [];
    for await (const { words: some } of reading.messages) told.push(...some);
    const found = told.every(isSigh) ? [] : told;
    const words = found.map(writeOut);
    const text = words.map((word) => word.text).join(' ');
    const sum = found.reduce((all, { confidence }) => all + confidence, 0);
    return {
      language: 'en',
      segments: [{ startMs: 0, endMs: durationMs, text, words }],
      ...(found.length > 0 && { confidence: sum / found.length }),
    };
  } finally {
    turn.leave();
  }
}

/** Where there is nothing else, nobody sighed: so it hears signals and knocks. */
function isSigh({ text }: SphinxWord): boolean {
  return /^(?:ah|eh|oh|uh|um|hm+|huh|ha)$/.test(text);
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer, void, void> {
  yield bytes;
}

function writeOut({ text, startMs, endMs }: HeardWord): HeardWord {
  return { startMs, endMs, text: text.replace(/^i(?=$|')/, 'I') };
}
