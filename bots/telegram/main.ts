import { ConfigError } from '@lectern/db/config';
import { announce } from '@lectern/db/presence';
import { runProcess } from '@lectern/db/run-process';
import { makeBot } from './make-bot.ts';
import { pollUpdates } from './poll-updates.ts';
import { chooseApiUrl, readStatus } from './read-status.ts';

runProcess('telegram', async (store) => {
  const { config, log } = store;
  const { telegramToken: token, telegramApiUrl, publicUrl } = config;
  if (token === undefined) {
    throw new ConfigError([
      'TELEGRAM_BOT_TOKEN is empty, so there is no bot to run. Write the token from @BotFather there.',
    ]);
  }
  const apiUrl = chooseApiUrl(config);
  const bot = makeBot({
    token,
    telegramApiUrl,
    publicUrl,
    readStatus: () => readStatus(apiUrl),
    log,
  });
  const stopping = new AbortController();
  const polling = pollUpdates({ bot, log, signal: stopping.signal });
  const presence = await announce(store, { role: 'telegram', takes: [] });
  log.info('the Telegram bot runs');
  return {
    async close() {
      stopping.abort();
      await polling;
      await presence.close();
    },
  };
});
