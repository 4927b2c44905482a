import type { Log } from '@lectern/db/log';
import { Telegraf, type Context } from 'telegraf';
import { type Answers, answers, chooseLanguage } from './answers.ts';
import type { Status } from './read-status.ts';
import { explainFailure } from './explain-failure.ts';

export type BotOptions = {
  readonly token: string;
  readonly telegramApiUrl: string;
  readonly publicUrl: string | undefined;
  readonly readStatus: () => Promise<Status>;
  readonly log: Log;
};

/** The conversation: which message gets which answer. Where messages come from is not its business. */
export function makeBot(options: BotOptions): Telegraf {
  const { token, telegramApiUrl, publicUrl, readStatus, log } = options;
  const bot = new Telegraf(token, {
    handlerTimeout: 30_000,
    // Without the last slash the client would drop the last part of the path.
    telegram: { apiRoot: telegramApiUrl.replace(/\/*$/, '/') },
  });
  bot.catch((error, { update }) => {
    const reason = explainFailure(error, token);
    log.warn({ updateId: update.update_id, reason }, 'could not answer a message');
  });
  bot.start(async (context) => {
    await context.reply(wordsFor(context).start(publicUrl));
  });
  bot.help(async (context) => {
    await context.reply(wordsFor(context).help());
  });
  bot.command('status', async (context) => {
    const words = wordsFor(context);
    await context.reply(words.status(await readStatus()));
  });
  bot.on('message', async (context) => {
    // In a group people talk to each other, and the bot speaks when it is asked.
    if (context.chat.type !== 'private') return;
    await context.reply(wordsFor(context).unknown());
  });
  return bot;
}

function wordsFor({ from }: Context): Answers {
  return answers[chooseLanguage(from?.language_code)];
}
