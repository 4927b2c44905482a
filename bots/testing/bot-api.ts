import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { after } from 'node:test';
import { json } from 'node:stream/consumers';

export type SentMessage = { readonly chat_id: number; readonly text: string };
export type Person = { readonly language_code?: string; readonly chatType?: 'private' | 'group' };

export type BotApi = {
  readonly url: string;
  readonly sent: readonly SentMessage[];
  /** Methods that were called, in order. */
  readonly calls: readonly string[];
  /** What a person writes; gives the id of the update. */
  write(text: string, person?: Person): number;
  /** From now on every call is answered with this error, or again as it should be. */
  refuse(refusal: Refusal | undefined): void;
  /** The updates that nobody has confirmed. */
  countWaiting(): number;
};

type Refusal = {
  /** Only this method; without it, all. */
  readonly method?: string;
  readonly status: number;
  readonly description: string;
  readonly retryAfter?: number;
};

/** A Bot API server that behaves as the real one does, for what the bot uses. */
export async function startBotApi(token: string): Promise<BotApi> {
  const sent: SentMessage[] = [];
  const calls: string[] = [];
  let updates: { update_id: number; message: object }[] = [];
  let lastId = 100;
  let refusal: Refusal | undefined;
  let held: (() => void) | undefined;

  const results: Readonly<Record<string, (body: Record<string, unknown>) => unknown>> = {
    getMe: () => ({ id: 1, is_bot: true, first_name: 'Lectern', username: 'lectern_bot' }),
    deleteWebhook: () => true,
    setMyCommands: () => true,
    sendMessage: (body) => {
      const message = { chat_id: Number(body['chat_id']), text: String(body['text']) };
      sent.push(message);
      return { message_id: sent.length, date: 0, chat: { id: message.chat_id, type: 'private' } };
    },
  };

  /** Forgets what the offset confirms, and waits for something new as long as it may. */
  async function getUpdates(body: Record<string, unknown>, request: IncomingMessage) {
    const offset = Number(body['offset'] ?? 0);
    updates = updates.filter(({ update_id: id }) => id >= offset);
    if (updates.length === 0 && Number(body['timeout']) > 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = resolve;
      request.on('close', resolve);
      await promise;
    }
    return updates;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, path = '', method = ''] = (request.url ?? '').split('/');
    const body = Object.fromEntries(Object.entries(Object(await json(request))));
    calls.push(method);
    const isKnown = path === `bot${token}`;
    const asked = refusal?.method === undefined || refusal.method === method ? refusal : undefined;
    const reject: Refusal | undefined =
      asked ?? (isKnown ? undefined : { status: 401, description: 'Unauthorized' });
    response.setHeader('content-type', 'application/json');
    if (reject !== undefined) {
      const { status, description, retryAfter } = reject;
      const parameters =
        retryAfter === undefined ? {} : { parameters: { retry_after: retryAfter } };
      response.statusCode = status;
      response.end(JSON.stringify({ ok: false, error_code: status, description, ...parameters }));
      return;
    }
    const result =
      method === 'getUpdates' ? await getUpdates(body, request) : results[method]?.(body);
    response.end(JSON.stringify({ ok: true, result }));
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');

  return {
    url: `http://127.0.0.1:${address.port}`,
    sent,
    calls,
    write(text, { language_code, chatType = 'private' } = {}) {
      const from = {
        id: 7,
        is_bot: false,
        first_name: 'A',
        ...(language_code && { language_code }),
      };
      const entities = text.startsWith('/')
        ? [{ type: 'bot_command', offset: 0, length: text.split(' ', 1)[0]?.length }]
        : [];
      const chat = { id: 42, type: chatType, first_name: 'A' };
      const message = { message_id: lastId, date: 0, from, chat, text, entities };
      updates.push({ update_id: ++lastId, message });
      held?.();
      return lastId;
    },
    refuse(next) {
      refusal = next;
      held?.();
    },
    countWaiting: () => updates.length,
  };
}
