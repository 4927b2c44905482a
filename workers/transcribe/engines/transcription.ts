import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { codeOfLanguage } from '@lectern/db/materials/language-codes';
import type { Heard, HeardWord, Segment } from './speech-engine.ts';

const Seconds = Type.Number({ minimum: -1, maximum: 1_000_000 });
const Text = Type.String({ maxLength: 20_000 });
const Maybe = <Shape extends Parameters<typeof Type.Array>[0]>(shape: Shape) =>
  Type.Optional(Type.Union([shape, Type.Null()]));

const WordShape = Type.Object({ word: Text, start: Seconds, end: Seconds });

const TranscriptionShape = Type.Object({
  text: Text,
  language: Maybe(Type.String({ maxLength: 100 })),
  words: Maybe(Type.Array(WordShape)),
  segments: Maybe(
    Type.Array(
      Type.Object({
        start: Seconds,
        end: Seconds,
        text: Text,
        avg_logprob: Maybe(Type.Number()),
        no_speech_prob: Maybe(Type.Number()),
        words: Maybe(Type.Array(WordShape)),
      }),
    ),
  ),
});

type Transcription = Static<typeof TranscriptionShape>;
const compiled = Compile(TranscriptionShape);

/** What a server of OpenAI's kind answers, `verbose_json` or plain; undefined of anything else. */
export function readTranscription(value: unknown, durationMs: number): Heard | undefined {
  if (!compiled.Check(value)) return undefined;
  const { text, language, segments } = value;
  const whole = { startMs: 0, endMs: durationMs, text };
  const words = (value.words ?? []).map(toWord);
  return {
    language: codeOfLanguage(language),
    segments:
      segments === undefined || segments === null || segments.length === 0
        ? [{ ...whole, ...(words.length > 0 && { words }) }]
        : segments.map((segment) => toSegment(segment, words)),
  };
}

type TranscribedSegment = NonNullable<Transcription['segments']>[number];

/** OpenAI tells the words of all segments together, whisper.cpp those of each with it. */
function toSegment(told: TranscribedSegment, all: readonly HeardWord[]): Segment {
  const span = { startMs: toMs(told.start), endMs: toMs(Math.max(told.start, told.end)) };
  const middle = ({ startMs, endMs }: HeardWord) => (startMs + endMs) / 2;
  const words =
    told.words?.map(toWord) ??
    all.filter((word) => middle(word) >= span.startMs && middle(word) < span.endMs);
  return {
    ...span,
    text: told.text,
    ...(words.length > 0 && { words }),
    ...(typeof told.no_speech_prob === 'number' && { noSpeech: told.no_speech_prob }),
    ...(typeof told.avg_logprob === 'number' && { logProbability: told.avg_logprob }),
  };
}

function toWord({ word, start, end }: Static<typeof WordShape>): HeardWord {
  return { startMs: toMs(start), endMs: toMs(Math.max(start, end)), text: word };
}

function toMs(seconds: number): number {
  return Math.max(0, Math.round(seconds * 1_000));
}
