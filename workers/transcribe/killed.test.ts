import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from '@lectern/db/config';
import { probeMaterial } from '@lectern/db/jobs/probe';
import { open } from '@lectern/db/open';
import { listCues } from '@lectern/db/postgres/captions';
import { enqueue } from '@lectern/db/postgres/enqueue';
import { listSpeechPieces } from '@lectern/db/postgres/speech-pieces';
import { startRelay } from '@lectern/db/queue/relay';
import { freshEnv } from '@lectern/db/testing/fresh-store';
import { openSpeechServer } from '@lectern/db/testing/speech-server';
import { until } from '@lectern/db/testing/until';
import { addMaterial } from '../testing/add-material.ts';
import { recordSpeech } from '../testing/speak.ts';
import { startFleet } from '../testing/start-fleet.ts';

const engine = 'server:whisper-1';

test('kill -9 while a piece is listened to: the others are kept, and nobody hears them again', async () => {
  await using server = await openSpeechServer();
  const env = {
    ...(await freshEnv()),
    FLEET_REGISTRY: import.meta.resolve('../registry.ts'),
    LECTERN_SPEECH: 'server',
    SPEECH_URL: server.url,
    LECTERN_SPEECH_PIECES: '1',
  };
  // The third is never answered, and the worker dies of it.
  server.behave((_, n) =>
    n === 3
      ? { kind: 'hang' }
      : {
          kind: 'hear',
          language: 'english',
          segments: [{ start: 0.5, end: 2, text: `Piece ${n}.` }],
        },
  );
  const store = open(readConfig(env, null), 'test');
  const relay = startRelay(store);
  const fleet = await startFleet(env, 1);
  try {
    const file = { bytes: await recordSpeech(95), mediaType: 'audio/wav', kind: 'audio' } as const;
    const { id } = await addMaterial(store, file);
    await store.postgres
      .transaction()
      .execute((tx) => enqueue(tx, probeMaterial, { materialId: id }, { subject: id }));
    store.queues.wakeRelay();
    await until('the third is asked for', async () => server.asked.length === 3);
    const early = await listSpeechPieces(store.postgres, id, engine);
    fleet.killOne();
    const cues = await until('all is written down', async () => {
      const all = await listCues(store.postgres, id, 'en');
      return all.length > 0 && all;
    });
    assert.equal(early.length, 2);
    const late = await listSpeechPieces(store.postgres, id, engine);
    assert.deepEqual(
      late.filter(({ piece }) => early.some((kept) => kept.piece === piece)),
      early,
    );
    // One that had been asked for is asked for again, and no other.
    assert.equal(server.asked.length, late.length + 1);
    assert.ok(server.asked[3]?.pcm.equals(server.asked[2]?.pcm ?? Buffer.alloc(0)));
    assert.deepEqual(
      cues.map(({ text }) => text),
      [1, 2, ...Array.from({ length: late.length - 2 }, (_, i) => i + 4)].map((n) => `Piece ${n}.`),
    );
  } finally {
    await fleet.close();
    await relay.close();
    await store.close();
  }
});
