import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { MediaInfo } from '@lectern/db/materials/media-info';
import type { Store } from '@lectern/db/open';
import { findCaptions, listCues } from '@lectern/db/postgres/captions';
import { editCaptions } from '@lectern/db/postgres/edited-captions';
import { findMediaInfo, setMediaInfo } from '@lectern/db/postgres/videos';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { openSpeechServer } from '@lectern/db/testing/speech-server';
import { probeWorker } from '../probe/worker.ts';
import { addMaterial } from '../testing/add-material.ts';
import { runStage } from '../testing/run-stage.ts';
import { recordSpeech } from '../testing/speak.ts';
import { transcribeWorker } from './worker.ts';

const server = await openSpeechServer();
after(() => server[Symbol.asyncDispose]());

let store: Store;
before(async () => {
  store = await freshStore({
    env: { LECTERN_SPEECH: 'server', SPEECH_URL: server.url, LECTERN_SPEECH_PIECES: '1' },
  });
});

/** Four pieces or five. */
const wav = await recordSpeech(95);

async function addRecording(): Promise<string> {
  const { id } = await addMaterial(store, { bytes: wav, mediaType: 'audio/wav', kind: 'audio' });
  // They are all the same: one is looked at.
  const info = await (probed ??= probe(id));
  await store.postgres.transaction().execute((tx) => setMediaInfo(tx, id, info));
  return id;
}

let probed: Promise<MediaInfo> | undefined;

async function probe(id: string): Promise<MediaInfo> {
  await runStage(store, probeWorker, id);
  const info = await findMediaInfo(store.postgres, id);
  assert.ok(info);
  return info;
}

/** What was asked since. */
function follow() {
  const from = server.asked.length;
  return { asked: () => server.asked.slice(from), first: from + 1 };
}

test('a try that fails in the middle is gone on with, piece by piece, in the language that was heard', async () => {
  const id = await addRecording();
  const { asked, first } = follow();
  server.behave((_, n) =>
    n === first + 2
      ? { kind: 'fail', status: 500 }
      : {
          kind: 'hear',
          language: 'russian',
          segments: [{ start: 0.5, end: 2, text: `Это кусок ${n - first}.` }],
        },
  );
  const run = await runStage(store, transcribeWorker, id);
  assert.deepEqual([run.state, run.attempts], ['done', 1]);
  const [one, two, ...later] = asked().map(({ language }) => language);
  assert.deepEqual([one, two, new Set(later)], [undefined, undefined, new Set(['ru'])]);
  assert.ok(asked().every(({ seconds }) => seconds <= 30));
  const captions = await findCaptions(store.postgres, id);
  assert.deepEqual(
    [captions?.language, captions?.engine, captions?.is_draft],
    ['ru', 'server:whisper-1', false],
  );
  const cues = await listCues(store.postgres, id, 'ru');
  const failed = 2;
  const numbers = asked().flatMap((_, i) => (i === failed ? [] : i));
  assert.ok(numbers.length >= 4, 'each piece is asked for once, but the one that failed');
  assert.deepEqual(
    cues.map(({ text }) => text),
    numbers.map((n) => `Это кусок ${n}.`),
  );
  for (const [i, { startMs }] of cues.entries()) {
    const earlierMs = cues[i - 1]?.startMs ?? 0;
    assert.ok(startMs > 2_000 && startMs - earlierMs < 31_000 && startMs > earlierMs, `${startMs}`);
  }
});

test('a piece that is taken for another language than all others is listened to once more', async () => {
  const id = await addRecording();
  const { asked, first } = follow();
  server.behave(({ language }, n) => {
    const isRussian = n > first || language === 'ru';
    return {
      kind: 'hear',
      language: isRussian ? 'russian' : 'english',
      segments: [{ start: 0, end: 2, text: isRussian ? 'Вода идёт.' : 'Voda idjot.' }],
    };
  });
  await runStage(store, transcribeWorker, id);
  const cues = await listCues(store.postgres, id, 'ru');
  assert.deepEqual(new Set(cues.map(({ text }) => text)), new Set(['Вода идёт.']));
  assert.equal(asked().length, cues.length + 1);
  assert.ok(
    asked()
      .at(-1)
      ?.pcm.equals(asked()[0]?.pcm ?? Buffer.alloc(0)),
  );
});

test('what goes round in circles is asked for once more, and the better answer is taken', async () => {
  const id = await addRecording();
  const { asked } = follow();
  const [loop, again] = ['and the sea, '.repeat(8), 'The sea comes and goes.'];
  server.behave(({ temperature }) => ({
    kind: 'hear',
    segments: [{ start: 0, end: 3, text: temperature > 0 ? again : loop }],
  }));
  const run = await runStage(store, transcribeWorker, id);
  assert.deepEqual([run.state, run.error], ['done', null]);
  const cues = await listCues(store.postgres, id, 'en');
  assert.equal(asked().length, 2 * cues.length);
  assert.deepEqual(new Set(cues.map(({ text }) => text)), new Set(['The sea comes and goes.']));
});

test('a part that is refused, and one that stays unclear, are losses that the owner is told of', async () => {
  const id = await addRecording();
  const { asked } = follow();
  server.behave(({ pcm }) =>
    asked()[0]?.pcm.equals(pcm)
      ? { kind: 'fail', status: 400 }
      : { kind: 'hear', segments: [{ start: 0, end: 2, text: 'All is well.' }] },
  );
  const run = await runStage(store, transcribeWorker, id);
  assert.deepEqual([run.state, run.error?.code], ['done', 'speech_refused']);
  assert.match(run.error?.message ?? '', /^From 00:0[12] on: The speech server refused a part/);
  assert.ok((await listCues(store.postgres, id, 'en')).length >= 3);
});

test('a server without the model is asked once, and leaves what was there', async () => {
  const id = await addRecording();
  server.behave(() => ({ kind: 'fail', status: 404 }));
  const run = await runStage(store, transcribeWorker, id);
  assert.deepEqual([run.state, run.error?.code], ['cancelled', 'speech_model_missing']);
  assert.equal(await findCaptions(store.postgres, id), undefined);
});

test('what an author has edited stays, until somebody wants it anew', async () => {
  const id = await addRecording();
  const hear = (text: string) =>
    server.behave(() => ({ kind: 'hear', segments: [{ start: 0, end: 2, text }] }));
  hear('As it was heard.');
  await runStage(store, transcribeWorker, id);
  const cues = [{ startMs: 0, endMs: 1_000, text: 'As it was said.' }];
  const author = { userId: null, requestId: null, address: null };
  const edit = { materialId: id, language: 'en', cues, isSeen: () => true };
  await store.postgres.transaction().execute((tx) => editCaptions(tx, edit, author));
  hear('As it is heard now.');
  const { asked } = follow();
  await runStage(store, transcribeWorker, id);
  assert.deepEqual(await listCues(store.postgres, id, 'en'), cues);
  assert.equal(asked().length, 0, 'nobody had to listen');

  await store.postgres.deleteFrom('speech_pieces').where('material_id', '=', id).execute();
  await runStage(store, transcribeWorker, id, { isAnew: true });
  const captions = await findCaptions(store.postgres, id);
  assert.equal(captions?.source, 'speech');
  assert.ok((captions?.version ?? 0) > 2, 'whoever had read them sees that they changed');
  assert.equal((await listCues(store.postgres, id, 'en'))[0]?.text, 'As it is heard now.');
});
