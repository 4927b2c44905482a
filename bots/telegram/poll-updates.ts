import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '@lectern/db/log';
import { type Telegraf, TelegramError } from 'telegraf';
import { commands } from './answers.ts';
import { explainFailure } from './explain-failure.ts';

export type PollOptions = {
  readonly bot: Telegraf;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly firstDelayMs?: number;
};

/** The Bot API holds a request until there is something to say, or for this long. */
const holdSeconds = 50;
const answerMs = 15_000;
const longestDelayMs = 60_000;

/**
 * Takes messages until the signal is aborted. A Bot API that is away, or refuses, is told of once per
 * reason and asked again, later each time.
 */
export async function pollUpdates(options: PollOptions): Promise<void> {
  const { bot, log, signal, firstDelayMs = 1_000 } = options;
  const { token } = bot.telegram;
  let offset = 0;
  let isIntroduced = false;
  let lastReason: string | undefined;
  let delayMs = firstDelayMs;

  while (!signal.aborted) {
    try {
      if (!isIntroduced) await introduce(bot, signal);
      isIntroduced = true;
      const updates = await takeUpdates(bot, offset, signal);
      if (lastReason !== undefined) log.info('the Bot API answers again');
      lastReason = undefined;
      delayMs = firstDelayMs;
      await Promise.all(updates.map((update) => bot.handleUpdate(update)));
      // Only now: what was not answered before a crash comes again.
      offset = Math.max(offset, ...updates.map(({ update_id: id }) => id + 1));
    } catch (error) {
      if (signal.aborted) break;
      const reason = explainFailure(error, token);
      if (reason !== lastReason) log.warn({ reason }, adviseOn(error));
      lastReason = reason;
      await sleep(askedDelayMs(error) ?? spread(delayMs), undefined, { signal }).catch(ignore);
      delayMs = Math.min(delayMs * 2, longestDelayMs);
    }
  }
  if (offset > 0 && lastReason === undefined) await confirm(bot, offset);
}

/** Who the bot is, its menu, and an end to a webhook that would keep its messages from here. */
async function introduce(bot: Telegraf, signal: AbortSignal): Promise<void> {
  const { telegram } = bot;
  const limit = within(answerMs, signal);
  bot.botInfo = await telegram.callApi('getMe', {}, limit);
  await telegram.callApi('deleteWebhook', {}, limit);
  await telegram.callApi('setMyCommands', { commands: commands.en }, limit);
  const inRussian = { commands: commands.ru, language_code: 'ru' };
  await telegram.callApi('setMyCommands', inRussian, limit);
}

function takeUpdates({ telegram }: Telegraf, offset: number, signal: AbortSignal) {
  return telegram.callApi(
    'getUpdates',
    { offset, timeout: holdSeconds, allowed_updates: ['message'] },
    within(holdSeconds * 1_000 + answerMs, signal),
  );
}

/** Says what was answered, so that the next process does not answer it again. */
async function confirm({ telegram }: Telegraf, offset: number): Promise<void> {
  const nothingMore = { offset, limit: 1, timeout: 0 };
  await telegram.callApi('getUpdates', nothingMore, within(2_000)).catch(ignore);
}

type CallOptions = NonNullable<Parameters<Telegraf['telegram']['callApi']>[2]>;

function within(limitMs: number, ...others: readonly AbortSignal[]): CallOptions {
  const signal = AbortSignal.any([AbortSignal.timeout(limitMs), ...others]);
  if (isForCalls(signal)) return { signal };
  throw new Error('telegraf does not take the AbortSignal of this Node');
}

/** The client's types name an older AbortSignal; it takes Node's as well. */
function isForCalls(signal: object): signal is NonNullable<CallOptions['signal']> {
  return 'aborted' in signal && 'addEventListener' in signal;
}

function askedDelayMs(error: unknown): number | undefined {
  const seconds = error instanceof TelegramError ? error.parameters?.retry_after : undefined;
  return seconds === undefined ? undefined : seconds * 1_000;
}

function adviseOn(error: unknown): string {
  const code = error instanceof TelegramError ? error.code : 0;
  if (code === 401 || code === 404) {
    return 'the Bot API refuses TELEGRAM_BOT_TOKEN: ask @BotFather for the right one';
  }
  if (code === 409) return 'another process takes the messages of this bot: stop one of them';
  return 'the Bot API does not answer; trying again, later each time';
}

function spread(delayMs: number): number {
  return delayMs * (0.75 + Math.random() / 2);
}

/** A sleep that is cut short, or a courtesy that failed, changes nothing. */
function ignore(): void {}
