import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Cancel } from '@lectern/db/queue/outcomes';
import { openSpeechServer } from '@lectern/db/testing/speech-server';
import { listenTo } from '../../testing/listen-to.ts';
import { tone } from '../../testing/speak.ts';
import { PieceFailed } from './refusals.ts';
import { openServerEngine } from './server-engine.ts';

const pcm = tone(2_000, 300, 8_000);
const listening = listenTo(pcm);
const options = { speechKey: undefined, speechModel: 'whisper-1', speechPieces: 0 };
const said = [
  { start: 0, end: 1, text: 'The moon pulls.' },
  { start: 1, end: 2, text: 'The sea follows.' },
];

test('a server is asked as OpenAI wants it, and answers words with their times', async () => {
  await using server = await openSpeechServer({ key: 'secret' });
  server.behave(() => ({ kind: 'hear', segments: said }));
  const engine = openServerEngine({ ...options, url: server.url, speechKey: 'secret' });
  const heard = await engine.listen({ ...listening, language: 'en', temperature: 0.4 });
  assert.equal(heard.language, 'en');
  assert.deepEqual(heard.segments[1], {
    startMs: 1_000,
    endMs: 2_000,
    text: 'The sea follows.',
    words: [
      { startMs: 1_000, endMs: 1_333, text: 'The' },
      { startMs: 1_333, endMs: 1_667, text: 'sea' },
      { startMs: 1_667, endMs: 2_000, text: 'follows' },
    ],
    noSpeech: 0.01,
    logProbability: -0.3,
  });
  const [form] = server.asked;
  assert.deepEqual(form?.pcm, pcm);
  assert.deepEqual(
    [form?.language, form?.temperature, form?.responseFormat, form?.granularities],
    ['en', 0.4, 'verbose_json', ['word', 'segment']],
  );
});

test('a model that knows no times is asked for text alone, from then on at once', async () => {
  await using server = await openSpeechServer({ isPlain: true });
  server.behave(() => ({ kind: 'hear', segments: said }));
  const engine = openServerEngine({ ...options, url: `${server.url}/v1/` });
  for (const _ of ['first', 'again']) {
    assert.deepEqual(await engine.listen(listening), {
      language: null,
      segments: [{ startMs: 0, endMs: 2_000, text: 'The moon pulls. The sea follows.' }],
    });
  }
  assert.equal(server.asked.length, 2);
});

test('a server that is slow, fails, breaks off or talks nonsense is to be tried again, and why is said in words', async () => {
  await using server = await openSpeechServer();
  const engine = openServerEngine({ ...options, url: server.url, timeoutMs: 300 });
  const { host } = new URL(server.url);
  const cases = [
    [{ kind: 'hang' }, `the speech server ${host} did not answer within 0 s`],
    [{ kind: 'fail', status: 500 }, `the speech server ${host} failed: “The server had an error”`],
    [{ kind: 'cut' }, `the speech server ${host} cannot be reached, or broke off: `],
    [
      { kind: 'say', body: '<html>504</html>' },
      `the speech server ${host} answered with something that is no transcription`,
    ],
    [{ kind: 'say', body: '{"text": 7}' }, 'is no transcription'],
  ] as const;
  for (const [behaviour, words] of cases) {
    server.behave(() => behaviour);
    await assert.rejects(engine.listen(listening), (error: Error) => {
      assert.ok(error.message.includes(words), error.message);
      assert.ok(!(error instanceof Cancel || error instanceof PieceFailed));
      return true;
    });
  }
  const nobody = openServerEngine({ ...options, url: 'http://127.0.0.1:9' });
  await assert.rejects(nobody.listen(listening), /127\.0\.0\.1:9 cannot be reached/);
});

test('a server that is busy is asked again when it says', async () => {
  await using server = await openSpeechServer();
  server.behave((_, n) =>
    n < 3
      ? { kind: 'fail', status: n === 1 ? 429 : 503, retryAfter: '0' }
      : { kind: 'hear', segments: said },
  );
  const engine = openServerEngine({ ...options, url: server.url });
  assert.equal((await engine.listen(listening)).segments.length, 2);
  assert.equal(server.asked.length, 3);
});

test('what only a person can mend is not tried again', async () => {
  await using server = await openSpeechServer({ key: 'secret', models: ['other'] });
  const codeOf = async (more: object) => {
    const engine = openServerEngine({ ...options, url: server.url, ...more });
    const error: unknown = await engine.listen(listening).catch((thrown: unknown) => thrown);
    assert.ok(error instanceof Cancel, String(error));
    return error.code;
  };
  assert.equal(await codeOf({}), 'speech_key_refused');
  assert.equal(await codeOf({ speechKey: 'secret' }), 'speech_model_missing');
  server.behave(() => ({ kind: 'fail', status: 402 }));
  assert.equal(
    await codeOf({ speechKey: 'secret', speechModel: 'other' }),
    'speech_quota_exceeded',
  );
});

test('one piece that is refused is a loss of that piece', async () => {
  await using server = await openSpeechServer();
  const engine = openServerEngine({ ...options, url: server.url });
  const short = { ...listening, pcm: pcm.subarray(0, 320), durationMs: 10 };
  await assert.rejects(engine.listen(short), (error: Error) => {
    assert.ok(error instanceof PieceFailed);
    assert.match(error.message, /refused a part: “Audio file is too short/);
    return true;
  });
});

test('a stop ends the waiting at once', async () => {
  await using server = await openSpeechServer();
  server.behave(() => ({ kind: 'hang' }));
  const engine = openServerEngine({ ...options, url: server.url });
  const stop = new AbortController();
  const waiting = engine.listen({ ...listening, signal: stop.signal });
  setTimeout(() => stop.abort(new Error('stopped')), 50);
  await assert.rejects(waiting, /^Error: stopped$/);
});
