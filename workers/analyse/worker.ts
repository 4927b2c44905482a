import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { setImmediate as breathe } from 'node:timers/promises';
import { analyseMaterial } from '@lectern/db/jobs/analyse';
import type { Analysis } from '@lectern/db/materials/analysis';
import {
  findMetadata,
  findMaterialSource,
  setMaterialAnalysis,
} from '@lectern/db/postgres/material-source';
import { listPagesAfter } from '@lectern/db/postgres/pages';
import { Cancel } from '@lectern/db/queue/outcomes';
import { type Context, defineWorker } from '../runtime/define-worker.ts';
import { Keywords } from './find-keywords.ts';
import { Mood } from './judge-mood.ts';
import { type Counts, countText, rateReading } from './measure-reading.ts';
import { listWords, recogniseLanguage, type Words, wordsOf } from './words.ts';

const mostKeywords = 10;
/** Of a long text its beginning says what language it is in. */
const sampleCharacters = 20_000;
/** Where nothing is known of a language: what people read of any. */
const wordsPerMinute = 200;

export const analyseWorker = defineWorker({
  name: 'analyse',
  job: analyseMaterial,
  concurrency: 2,
  handle: async ({ payload, store, signal, log }) => {
    const material = await findMaterialSource(store.postgres, payload.materialId);
    if (material === undefined) throw new Cancel('material_gone', 'The material was deleted.');
    const analysis = await analyse(store, material.id, signal);
    // The file and what is known of it lie together, so that either is worth something without the rows.
    const metadata = { ...(await findMetadata(store.postgres, material.id)), analysis };
    const key = `${dirname(material.object_key)}/metadata.json`;
    await store.objects.write(key, Readable.from([Buffer.from(JSON.stringify(metadata, null, 2))]));
    log.info({ words: analysis.words, keywords: analysis.keywords.length }, 'analysed material');
    return (tx) => setMaterialAnalysis(tx, material.id, analysis);
  },
});

async function analyse(
  { postgres }: Context<unknown>['store'],
  materialId: string,
  signal: AbortSignal,
): Promise<Analysis> {
  const counts: Counts = { words: 0, sentences: 0, syllables: 0 };
  let about: { language: Words; keywords: Keywords; mood: Mood } | undefined;
  let last = 0;
  for (;;) {
    const pages = await listPagesAfter(postgres, materialId, last);
    if (last === 0) about = begin(pages.map(({ text }) => text).join('\n'));
    for (const { number, text } of pages) {
      signal.throwIfAborted();
      const { words, sentences, syllables } = countText(text, about?.language);
      counts.words += words;
      counts.sentences += sentences;
      counts.syllables += syllables;
      about?.keywords.read(text);
      about?.mood.read(text);
      last = number;
      await breathe();
    }
    if (pages.length === 0) break;
  }
  return describe(counts, about);
}

function begin(text: string) {
  const known = recogniseLanguage(listWords(text.slice(0, sampleCharacters)));
  if (known === undefined) return undefined;
  const language = wordsOf[known];
  return { language, keywords: new Keywords(language), mood: new Mood(language) };
}

function describe(counts: Counts, about: ReturnType<typeof begin>): Analysis {
  const perMinute = about?.language.wordsPerMinute ?? wordsPerMinute;
  const { words } = counts;
  const known = { words, readingMinutes: Math.ceil(words / perMinute) };
  if (about === undefined) return { ...known, keywords: [] };
  const reading = rateReading(counts, about.language);
  const score = about.mood.score();
  const label = score > 0.2 ? 'positive' : score < -0.2 ? 'negative' : 'neutral';
  return {
    ...known,
    ...(reading !== undefined && { reading }),
    keywords: about.keywords.list(mostKeywords),
    sentiment: { score, label },
  };
}
