import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { readConfig } from '@lectern/db/config';
import { open } from '@lectern/db/open';
import { listProcesses } from '@lectern/db/postgres/processes';
import { freshEnv } from '@lectern/db/testing/fresh-store';
import { until } from '@lectern/db/testing/until';
import { startBotApi } from '../testing/bot-api.ts';
import { answers } from './answers.ts';

const token = '123456:AAF-a_token_of_the_tests';
const env = { ...(await freshEnv()), LECTERN_LOG_LEVEL: 'trace' };

function run(more: Record<string, string>) {
  const main = new URL('main.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env['PATH'], ...env, ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  after(() => child.kill('SIGKILL'));
  return {
    child,
    exit: once(child, 'exit'),
    stdout: text(child.stdout),
    stderr: text(child.stderr),
  };
}

test('without a token the process ends with a sentence that says what to do', async () => {
  const { exit, stderr } = run({ TELEGRAM_BOT_TOKEN: '' });
  assert.deepEqual(await exit, [2, null]);
  assert.match(await stderr, /^TELEGRAM_BOT_TOKEN is empty.*@BotFather.*\n$/);
});

test('with one it answers people, is on the list of processes, and stops in order', async () => {
  const store = open(readConfig({ ...env, LECTERN_LOG_LEVEL: 'silent' }, null), 'test');
  after(() => store.close());
  const api = await startBotApi(token);
  // Nothing listens on port 9, so the status is that nobody answers.
  const its = { TELEGRAM_BOT_TOKEN: token, TELEGRAM_API_URL: api.url, PORT: '9' };
  const { child, exit, stdout } = run(its);
  api.write('/status', { language_code: 'ru' });
  await until('an answer', async () => api.sent.length > 0);
  assert.equal(api.sent[0]?.text, answers.ru.status({ kind: 'away' }));
  const roles = async () => (await listProcesses(store.postgres)).map(({ role }) => role);
  await until('its row', async () => (await roles()).includes('telegram'));

  child.kill('SIGTERM');
  assert.deepEqual(await exit, [0, null]);
  assert.deepEqual(await roles(), []);
  assert.equal(api.countWaiting(), 0);
  const log = await stdout;
  assert.match(log, /the Telegram bot runs/);
  assert.doesNotMatch(log, /AAF-a_token/);
});
