import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Cue } from '@lectern/db/captions/cue';
import type { SpeechPiece } from '@lectern/db/postgres/speech-pieces';
import { startCrew } from '../runtime/start-crew.ts';
import { PieceFailed } from './engines/refusals.ts';
import type { SpeechEngine } from './engines/speech-engine.ts';
import { findSpeech } from './listen/find-speech.ts';
import { measureFrames } from './listen/measure-frames.ts';
import { type Piece, planPieces } from './listen/plan-pieces.ts';
import { readPiece } from './listen/read-piece.ts';
import { transcribePiece } from './transcribe-piece.ts';
import { mostLanguage, voteLanguage } from './vote-language.ts';
import type { Loss } from './words.ts';

export type Speaking = {
  /** 16-bit samples, 16 kHz, one channel. */
  readonly file: string;
  readonly engine: SpeechEngine;
  /** What an earlier try has done. */
  readonly done: readonly SpeechPiece[];
  /** Takes each piece as it ends, in whatever order. */
  readonly keep: (piece: SpeechPiece) => Promise<void>;
  readonly progress: (fraction: number) => void;
  readonly asker: string;
  readonly signal: AbortSignal;
};

export type WrittenDown = {
  /** Undefined where the engine does not tell. */
  readonly language: string | undefined;
  readonly cues: readonly Cue[];
  readonly confidence: Certainty;
  readonly losses: readonly Loss[];
};

/** How sure the engine was, 0–1, and of how many words. */
export type Certainty = { readonly average: number | undefined; readonly words: number };

/** Writes down what is said, piece by piece, as many at a time as the engine bears. */
export async function writeDownSpeech(speaking: Speaking): Promise<WrittenDown> {
  const { file, engine, keep, progress, signal } = speaking;
  const frames = await measureFrames(createReadStream(file), signal);
  const pieces = planPieces(findSpeech(frames), frames.voice);
  const done = findDone(pieces, speaking.done);
  const losses: Loss[] = [];
  await using sound = await open(file);

  async function write(i: number, language: string | undefined): Promise<void> {
    const piece = pieces[i];
    if (piece === undefined) return;
    const result = await listen(speaking, { piece, language, sound });
    if ('loss' in result) return void losses.push(result.loss);
    const { cues, confidence, isPartial } = result;
    if (isPartial) losses.push(unclear(spanOf(piece).startMs));
    const spoken = language ?? result.language;
    const about = { ...spanOf(piece), engine: engine.name, language: spoken, confidence };
    await keep({ piece: i, ...about, cues });
    done.set(i, { piece: i, ...about, cues });
    progress(done.size / pieces.length);
  }

  async function writeAll(numbers: Iterable<number>): Promise<void> {
    const crew = startCrew(engine.places);
    try {
      for (const i of numbers) {
        await crew.add(() => write(i, voteLanguage(votesOf(done.values()))));
      }
    } finally {
      await crew.settled();
    }
    crew.throwIfFailed();
  }

  await writeAll(Array.from(pieces.keys()).filter((i) => !done.has(i)));
  await writeAll(listStrays(done.values()));
  const ordered = [...done.values()].toSorted((a, b) => a.piece - b.piece);
  return {
    language: mostLanguage(votesOf(ordered)),
    cues: withoutOverlap(ordered.flatMap((piece) => piece.cues)),
    confidence: averageConfidence(ordered),
    losses,
  };
}

/** What an earlier try has done of these pieces: the same sound is cut in the same way. */
function findDone(
  pieces: readonly Piece[],
  kept: readonly SpeechPiece[],
): Map<number, SpeechPiece> {
  const same = kept.filter(({ piece, startMs, endMs }) => {
    const now = pieces[piece];
    if (now === undefined) return false;
    const span = spanOf(now);
    return span.startMs === startMs && span.endMs === endMs;
  });
  return new Map(same.map((piece) => [piece.piece, piece]));
}

/** Where nearly all is in one language, what was taken for another is listened to once more. */
function listStrays(done: Iterable<SpeechPiece>): number[] {
  const pieces = [...done];
  const spoken = voteLanguage(votesOf(pieces));
  const isStray = ({ language, cues }: SpeechPiece) => language !== spoken && cues.length > 0;
  return spoken === undefined ? [] : pieces.filter(isStray).map(({ piece }) => piece);
}

/** Of all words, as far as it is told. */
function averageConfidence(pieces: readonly SpeechPiece[]): Certainty {
  let [sum, words] = [0, 0];
  for (const { confidence, cues } of pieces) {
    if (confidence === null) continue;
    const count = cues.reduce((all, { text }) => all + text.split(/\s+/).length, 0);
    sum += confidence * count;
    words += count;
  }
  return { average: words === 0 ? undefined : sum / words, words };
}

type Listened = {
  readonly piece: Piece;
  readonly language: string | undefined;
  readonly sound: Parameters<typeof readPiece>[0];
};

async function listen({ engine, asker, signal }: Speaking, { piece, language, sound }: Listened) {
  try {
    const excerpt = await readPiece(sound, piece);
    return await transcribePiece(engine, excerpt, { language, asker, signal });
  } catch (error) {
    if (!(error instanceof PieceFailed)) throw error;
    const at = writeClock(spanOf(piece).startMs);
    return { loss: { code: error.code, message: `From ${at} on: ${error.message}` } };
  }
}

function votesOf(pieces: Iterable<SpeechPiece>) {
  return Array.from(pieces, ({ language, cues, startMs, endMs }) => ({
    language: cues.length === 0 ? null : language,
    ms: endMs - startMs,
  }));
}

function spanOf({ parts }: Piece) {
  return { startMs: parts[0]?.startMs ?? 0, endMs: parts.at(-1)?.endMs ?? 0 };
}

/** The last cue of a piece may stay on beyond the beginning of the next. */
function withoutOverlap(cues: readonly Cue[]): Cue[] {
  return cues.map((cue, i) => {
    const nextMs = cues[i + 1]?.startMs ?? Number.POSITIVE_INFINITY;
    return { ...cue, endMs: Math.max(cue.startMs + 1, Math.min(cue.endMs, nextMs)) };
  });
}

function unclear(ms: number): Loss {
  const message = `Some of what is said from ${writeClock(ms)} on could not be understood. Listen to it, and add the words to the captions.`;
  return { code: 'speech_unclear', message };
}

/** As a player shows it. */
function writeClock(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60];
  const clock = parts.map((part) => String(part).padStart(2, '0')).join(':');
  return seconds < 3_600 ? clock : `${Math.floor(seconds / 3_600)}:${clock}`;
}
