import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { catchLog } from '@lectern/db/testing/catch-log';
import { until } from '@lectern/db/testing/until';
import { type BotApi, startBotApi } from '../testing/bot-api.ts';
import { answers } from './answers.ts';
import { makeBot } from './make-bot.ts';
import { pollUpdates } from './poll-updates.ts';
import type { Status } from './read-status.ts';

const token = '123456:AAF-a_token_of_the_tests';
const publicUrl = 'https://lectern.example';

async function startBot(options: { status?: Status; api?: BotApi } = {}) {
  const api = options.api ?? (await startBotApi(token));
  const { log, lines } = catchLog();
  const readStatus = async () => options.status ?? ({ kind: 'ready' } as const);
  const bot = makeBot({ token, telegramApiUrl: api.url, publicUrl, readStatus, log });
  const stopping = new AbortController();
  const polling = pollUpdates({ bot, log, signal: stopping.signal, firstDelayMs: 10 });
  const stop = async () => {
    stopping.abort();
    await polling;
  };
  after(stop);
  return { api, lines, stop };
}

function textsOf({ sent }: BotApi): readonly string[] {
  return sent.map(({ text }) => text);
}

async function answersTo(api: BotApi, ...messages: readonly Parameters<BotApi['write']>[]) {
  const known = api.sent.length;
  for (const [text, person] of messages) {
    const before = api.sent.length;
    api.write(text, person);
    await until(`an answer to ${text}`, async () => api.sent.length > before);
  }
  return textsOf(api).slice(known);
}

test('each command has its answer, unknown words a helpful one, in the person’s language', async () => {
  const { api } = await startBot({ status: { kind: 'partly', missing: ['queue'] } });
  const russian = { language_code: 'ru-RU' };
  const { en, ru } = answers;
  assert.deepEqual(
    await answersTo(api, ['/start'], ['/help', { language_code: 'en' }], ['/status'], ['hello']),
    [
      en.start(publicUrl),
      en.help(),
      en.status({ kind: 'partly', missing: ['queue'] }),
      en.unknown(),
    ],
  );
  assert.deepEqual(await answersTo(api, ['/start', russian], ['/nothing', russian]), [
    ru.start(publicUrl),
    ru.unknown(),
  ]);
  assert.ok(api.sent.every((message) => message.chat_id === 42));
});

test('in a group the bot answers commands and leaves talk alone', async () => {
  const { api } = await startBot();
  api.write('hello everybody', { chatType: 'group' });
  assert.deepEqual(await answersTo(api, ['/help', { chatType: 'group' }]), [answers.en.help()]);
});

test('a webhook is ended before messages are taken, and the menu is set', async () => {
  const { api } = await startBot();
  await until('the first poll', async () => api.calls.includes('getUpdates'));
  const expected = ['getMe', 'deleteWebhook', 'setMyCommands', 'setMyCommands', 'getUpdates'];
  assert.deepEqual(api.calls.slice(0, 5), expected);
});

test('after a stop nothing is answered twice by the next one', async () => {
  const { api, stop } = await startBot();
  await answersTo(api, ['/help']);
  await stop();
  assert.equal(api.countWaiting(), 0);
  await startBot({ api });
  assert.deepEqual(await answersTo(api, ['/start']), [answers.en.start(publicUrl)]);
  assert.equal(textsOf(api).filter((text) => text === answers.en.help()).length, 1);
});

const outages = {
  'fails from the start': { atStart: true, status: 502, description: 'Bad Gateway' },
  'fails later': { atStart: false, status: 502, description: 'Bad Gateway' },
  'asks to wait': { atStart: false, status: 429, description: 'Too Many Requests', retryAfter: 0 },
  'refuses the token': { atStart: true, status: 401, description: 'Unauthorized' },
  'is asked by another bot too': { atStart: false, status: 409, description: 'Conflict' },
};
for (const [what, { atStart, ...refusal }] of Object.entries(outages)) {
  test(`a Bot API that ${what} is told of once, asked again, and answered when it is back`, async () => {
    const api = await startBotApi(token);
    if (atStart) api.refuse(refusal);
    const { lines } = await startBot({ api });
    if (!atStart) {
      await answersTo(api, ['/help']);
      api.refuse(refusal);
    }
    const tries = api.calls.length;
    await until('some tries', async () => api.calls.length >= tries + 4);
    assert.equal(lines.filter(({ level }) => level >= 40).length, 1);
    assert.deepEqual(
      lines.filter(({ level }) => level >= 50),
      [],
    );
    api.refuse(undefined);
    assert.deepEqual(await answersTo(api, ['/start']), [answers.en.start(publicUrl)]);
    assert.ok(lines.some(({ msg }) => msg === 'the Bot API answers again'));
    assert.doesNotMatch(JSON.stringify(lines), /AAF-a_token|123456/);
  });
}

test('tries come later each time', async () => {
  const api = await startBotApi(token);
  api.refuse({ status: 500, description: 'Internal Server Error' });
  const startedMs = performance.now();
  await startBot({ api });
  await until('five tries', async () => api.calls.length >= 5);
  // 10, 20, 40 and 80 ms, each at least three quarters of it.
  assert.ok(performance.now() - startedMs >= 110);
});

test('a Bot API that does not listen costs the log a line, without the token', async () => {
  const { log, lines } = catchLog();
  const stopping = new AbortController();
  const telegramApiUrl = 'http://127.0.0.1:9';
  const readStatus = async () => ({ kind: 'ready' }) as const;
  const bot = makeBot({ token, telegramApiUrl, publicUrl, readStatus, log });
  const polling = pollUpdates({ bot, log, signal: stopping.signal, firstDelayMs: 5 });
  await until('a line', async () => lines.length > 0);
  stopping.abort();
  await polling;
  assert.match(JSON.stringify(lines), /ECONNREFUSED/);
  assert.doesNotMatch(JSON.stringify(lines), /AAF-a_token|123456/);
});

test('an answer that cannot be sent is told of, and the bot goes on', async () => {
  const { api, lines } = await startBot();
  await answersTo(api, ['/help']);
  api.refuse({ method: 'sendMessage', status: 403, description: 'bot was blocked by the user' });
  api.write('/start');
  await until('a line', async () => lines.some(({ msg }) => msg === 'could not answer a message'));
  api.refuse(undefined);
  assert.deepEqual(await answersTo(api, ['/status']), [answers.en.status({ kind: 'ready' })]);
  assert.equal(lines.filter(({ level }) => level >= 40).length, 1);
});
