import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { transcribeMaterial } from '@lectern/db/jobs/transcribe';
import type { Store } from '@lectern/db/open';
import { listCaptions, listCues, writeTrack } from '@lectern/db/postgres/captions';
import { editCaptions } from '@lectern/db/postgres/edited-captions';
import { listPages } from '@lectern/db/postgres/pages';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { extractWorker } from '../extract/worker.ts';
import { indexingWorker } from '../indexing/worker.ts';
import { probeWorker } from '../probe/worker.ts';
import { addUpload } from '../testing/add-account.ts';
import { addMaterial } from '../testing/add-material.ts';
import { listChunks } from '../testing/add-indexed.ts';
import { makeMedia, subtitles, tone } from '../testing/make-media.ts';
import { runTwice } from '../testing/run-twice.ts';
import { makeWav, silence } from '../testing/speak.ts';
import { transcribeWorker } from './worker.ts';

let store: Store;
before(async () => {
  // Nobody listens: what is found here comes from files.
  store = await freshStore({ env: { LECTERN_SPEECH: 'off' } });
});

const english = '1\n00:00:02,000 --> 00:00:04,000\nThe moon pulls at the sea.\n';
const russian = 'WEBVTT\n\n00:02.000 --> 00:04.000\nЛуна притягивает море, и вода идёт за ней.\n';

async function freshFiles() {
  const { courseId, ownerId } = await addMaterial(store, { bytes: Buffer.from('Other words.') });
  const add = async (fileName: string, content: string | Buffer) => {
    const isMedia = fileName.endsWith('.wav');
    const { id } = await addUpload(store, {
      courseId,
      ownerId,
      fileName,
      mediaType: isMedia ? 'audio/wav' : `text/${fileName.endsWith('vtt') ? 'vtt' : 'plain'}`,
      kind: isMedia ? 'audio' : 'text',
      bytes: Buffer.from(content),
    });
    return id;
  };
  const media = async () => {
    const id = await add('Tides 1.wav', makeWav(silence(1_000)));
    await run(probeWorker, id);
    // What comes next begins here by hand.
    await store.postgres.deleteFrom('runs').where('state', '=', 'queued').execute();
    return id;
  };
  return { courseId, ownerId, add, media };
}

const run = (worker: Parameters<typeof runTwice>[1], materialId: string) =>
  runTwice(store, worker, { payload: { materialId }, meta: { subject: materialId } });

test('subtitles under the name of a recording are its captions, a track for each language', async () => {
  const { add, media } = await freshFiles();
  const id = await media();
  await add('tides 1.srt', english);
  await add('Tides 1.ru.vtt', russian);
  await add('Tides 1.forced.srt', english.replace('moon', 'sign'));
  await add('Tides 10.srt', english.replace('moon', 'other'));
  assert.equal((await run(transcribeWorker, id)).state, 'done');
  const tracks = await listCaptions(store.postgres, id);
  assert.deepEqual(
    tracks.map(({ language, source, is_draft: isDraft, engine }) => [
      language,
      source,
      isDraft,
      engine,
    ]),
    [
      ['en', 'sidecar', false, null],
      ['ru', 'sidecar', false, null],
    ],
  );
  const expected = [{ startMs: 2_000, endMs: 4_000, text: 'The moon pulls at the sea.' }];
  assert.deepEqual(await listCues(store.postgres, id, 'en'), expected);
});

test('subtitles that come later are taken as soon as they are read, and found as the recording', async () => {
  const { courseId, add, media } = await freshFiles();
  const id = await media();
  assert.equal((await run(transcribeWorker, id)).error?.code, 'speech_unavailable');
  const sidecar = await add('Tides 1.vtt', russian);
  assert.equal((await run(extractWorker, sidecar)).state, 'done');
  assert.deepEqual(
    (await listPages(store.postgres, sidecar)).map(({ place }) => place),
    [{ startTime: 2, endTime: 4 }],
  );
  await run(indexingWorker, sidecar);
  assert.equal((await listChunks(store, courseId)).length, 1);
  const [begun, ...others] = await store.postgres
    .selectFrom('runs')
    .select('payload')
    .where('job', '=', transcribeMaterial.name)
    .where('state', '=', 'queued')
    .where('subject', '=', id)
    .execute();
  assert.deepEqual([begun?.payload, others], [{ materialId: id }, []]);

  await run(transcribeWorker, id);
  assert.deepEqual(await listChunks(store, courseId), [], 'its text is that of the recording now');
  await run(indexingWorker, sidecar);
  assert.deepEqual(await listChunks(store, courseId), []);
});

test('a recording that takes subtitles while they are indexed leaves them found once', async () => {
  const { courseId, add, media } = await freshFiles();
  const id = await media();
  const sidecar = await add('Tides 1.vtt', russian);
  await run(extractWorker, sidecar);
  for (let round = 0; round < 3; round++) {
    await store.postgres.deleteFrom('captions').where('material_id', '=', id).execute();
    await Promise.all([run(transcribeWorker, id), run(indexingWorker, sidecar)]);
    assert.deepEqual(await listChunks(store, courseId), []);
  }
});

test('what an author has edited is searched before a translation that comes later', async () => {
  const { add, media } = await freshFiles();
  const id = await media();
  const cues = [{ startMs: 0, endMs: 900, text: 'Луна и море.' }];
  const author = { userId: null, requestId: null, address: null };
  const edit = { materialId: id, language: 'ru', cues, isSeen: () => true };
  await store.postgres.transaction().execute((tx) => editCaptions(tx, edit, author));
  await add('Tides 1.fr.srt', english.replace('The moon pulls', 'La lune tire'));
  await add('Tides 1.en.srt', english);
  await run(transcribeWorker, id);
  assert.deepEqual(
    (await listCaptions(store.postgres, id)).map(({ language, source }) => [language, source]),
    [
      ['ru', 'edited'],
      ['en', 'sidecar'],
      ['fr', 'sidecar'],
    ],
  );
});

test('what was heard stays beside subtitles in another language, and goes for those in its own', async () => {
  const { add, media } = await freshFiles();
  const id = await media();
  const heard = { language: 'en', source: 'speech', engine: 'pocketsphinx' } as const;
  const cues = [{ startMs: 0, endMs: 900, text: 'the moon pools' }];
  const track = { ...heard, is_draft: true, position: 0, cues };
  await store.postgres.transaction().execute((tx) => writeTrack(tx, id, track));
  const list = async () =>
    (await listCaptions(store.postgres, id)).map(({ language, source }) => [language, source]);
  await add('Tides 1.ru.vtt', russian);
  await run(transcribeWorker, id);
  assert.deepEqual(await list(), [
    ['ru', 'sidecar'],
    ['en', 'speech'],
  ]);
  await add('Tides 1.en-GB.srt', english);
  await run(transcribeWorker, id);
  assert.deepEqual(await list(), [
    ['en-GB', 'sidecar'],
    ['ru', 'sidecar'],
  ]);
});

test('subtitles in an old encoding are read; a file without any is no reason not to listen', async () => {
  const { add, media } = await freshFiles();
  const id = await media();
  const words = [0xcb, 0xf3, 0xed, 0xe0, 0x20, 0xe8, 0x20, 0xec, 0xee, 0xf0, 0xe5];
  const head = Buffer.from('1\n00:00:01,000 --> 00:00:02,000\n');
  const broken = await add('Tides 1.en.srt', 'no cue at all');
  assert.equal((await run(transcribeWorker, id)).error?.code, 'speech_unavailable');
  await store.postgres.deleteFrom('materials').where('id', '=', broken).execute();
  await add('Tides 1.ru.srt', Buffer.concat([head, Buffer.from(words), Buffer.from('\n')]));
  await run(transcribeWorker, id);
  const [cue] = await listCues(store.postgres, id, 'ru');
  assert.equal(cue?.text, 'Луна и море');
});

test('subtitles in the file are its captions; a file beside it goes before them', async () => {
  const { courseId, ownerId, add } = await freshFiles();
  const bytes = await makeMedia(
    'film.mkv',
    ...tone(6),
    ...subtitles(english),
    ...subtitles('1\n00:00:01,000 --> 00:00:03,000\nМоре и луна.\n'),
    ...'-map 0 -map 1 -map 2 -c:a aac -c:s srt'.split(' '),
    ...'-metadata:s:s:0 language=eng -metadata:s:s:1 language=rus'.split(' '),
  );
  const file = { fileName: 'Film.mkv', mediaType: 'video/x-matroska', kind: 'video' } as const;
  const { id } = await addUpload(store, { courseId, ownerId, bytes, ...file });
  await run(probeWorker, id);
  assert.equal((await run(transcribeWorker, id)).state, 'done');
  const sources = async () =>
    (await listCaptions(store.postgres, id)).map(({ language, source }) => `${language} ${source}`);
  assert.deepEqual(await sources(), ['en embedded', 'ru embedded']);
  const [cue] = await listCues(store.postgres, id, 'ru');
  assert.equal(cue?.text, 'Море и луна.');
  assert.ok(Math.abs((cue?.startMs ?? 0) - 1_000) < 40, JSON.stringify(cue));
  await add('Film.en.vtt', 'WEBVTT\n\n00:01.000 --> 00:02.000\nBetter words.\n');
  await run(transcribeWorker, id);
  assert.deepEqual(await sources(), ['en sidecar', 'ru embedded']);
});

test('subtitles in a language that nobody knows take the place of a draft', async () => {
  const { add, media } = await freshFiles();
  const id = await media();
  await store.postgres.transaction().execute((tx) =>
    writeTrack(tx, id, {
      language: 'en',
      position: 0,
      source: 'speech',
      engine: 'pocketsphinx',
      is_draft: true,
      cues: [{ startMs: 0, endMs: 900, text: 'them own pulse' }],
    }),
  );
  await add('Tides 1.srt', '1\n00:00:00,000 --> 00:00:00,900\nHm.\n');
  await run(transcribeWorker, id);
  const tracks = await listCaptions(store.postgres, id);
  assert.deepEqual(
    tracks.map(({ language, source }) => [language, source]),
    [['und', 'sidecar']],
  );
});

test('words do not stay for hours when the recording is over', async () => {
  const { add, media } = await freshFiles();
  const id = await media();
  const late = '2\n00:00:05,000 --> 00:00:06,000\nIt was said to end before this.\n';
  await add('Tides 1.en.srt', `1\n00:00:00,000 --> 99:00:00,000\nFor ever.\n\n${late}`);
  await run(transcribeWorker, id);
  const cues = await listCues(store.postgres, id, 'en');
  assert.deepEqual(
    cues.map(({ startMs, endMs }) => [startMs, endMs]),
    [
      [0, 10_000],
      [5_000, 6_000],
    ],
  );
});
