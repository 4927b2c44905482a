import type { Cue } from '@lectern/db/captions/cue';
import { codeOfLanguage, nameOfLanguage } from '@lectern/db/materials/language-codes';
import { findCourseLanguage, type MaterialSource } from '@lectern/db/postgres/material-source';
import { isSuperseded } from '@lectern/db/postgres/runs';
import { keepSpeechPiece, listSpeechPieces } from '@lectern/db/postgres/speech-pieces';
import { findMediaInfo } from '@lectern/db/postgres/videos';
import { Cancel } from '@lectern/db/queue/outcomes';
import { guessLanguage } from '../indexing/guess-language.ts';
import { decodeSound } from '../media/decode-sound.ts';
import type { Context } from '../runtime/define-worker.ts';
import { advice, chooseEngine } from './engines/choose-engine.ts';
import { sharedEngines } from './engines/shared-engines.ts';
import type { SpeechEngine } from './engines/speech-engine.ts';
import { chooseSound } from './choose-sound.ts';
import type { Words } from './words.ts';
import { type Certainty, writeDownSpeech } from './write-down-speech.ts';

/** What an engine hears in a recording; a later try goes on where an earlier one ended. */
export async function hearSpeech(
  { store, run, signal, progress, save }: Context<unknown>,
  material: MaterialSource,
): Promise<Words | undefined> {
  const { postgres, config } = store;
  const asker = run.owner ?? run.id;
  const info = await findMediaInfo(postgres, material.id);
  const courseLanguage = codeOfLanguage(await findCourseLanguage(postgres, material.course_id));
  // Who has looked will let it be heard.
  if (info === undefined) return undefined;
  const chosen = chooseSound(info.sounds, courseLanguage);
  if (chosen === undefined) return { tracks: [], losses: [] };
  const spoken = codeOfLanguage(chosen.language) ?? courseLanguage ?? 'en';
  const engine = chooseEngine(sharedEngines(config), spoken, config);
  const track = { track: chosen.index };
  await using sound = await decodeSound(store, material, { signal, asker, ...track });
  const { language, cues, confidence, losses } = await writeDownSpeech({
    file: sound.file,
    engine,
    done: await listSpeechPieces(postgres, material.id, engine.name),
    keep: (piece) =>
      save(async (tx) => {
        if (await isSuperseded(tx, run)) throw new Cancel('superseded', 'It was begun once more.');
        await keepSpeechPiece(tx, material.id, piece);
      }),
    progress,
    asker,
    signal,
  });
  requireSense(engine, confidence);
  const [loss] = losses;
  if (cues.length === 0 && loss !== undefined) throw new Cancel(loss.code, loss.message);
  if (cues.length === 0) return { tracks: [], losses };
  const about = { source: 'speech', engine: engine.name, is_draft: engine.isDraft } as const;
  return { tracks: [{ language: language ?? guessByText(cues), ...about, cues }], losses };
}

/** Not every engine tells what it heard. */
function guessByText(cues: readonly Cue[]): string {
  return guessLanguage(cues.map(({ text }) => text).join('\n')) ?? 'und';
}

/** English comes to 0.6 and more, what is none to 0.4 and less. */
const leastConfidence = 0.42;
const leastWords = 30;
/** One sentence of English may come to 0.45, of another language to 0.3; of less nobody can tell. */
const leastOfFew = 0.35;
const leastFew = 8;

/** Who knows one language hears its words in any other, and what comes of that is of no use to anybody. */
function requireSense({ name, languages }: SpeechEngine, { average, words }: Certainty): void {
  if (languages === undefined || average === undefined || words < leastFew) return;
  if (average >= (words < leastWords ? leastOfFew : leastConfidence)) return;
  const known = languages.map(nameOfLanguage).join(' or ');
  const detail = `What is said here does not sound like ${known}, and ${name} knows nothing else.`;
  throw new Cancel('speech_not_understood', `${detail} ${advice}`);
}
