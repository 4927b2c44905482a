import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { listenLocally } from './listen-locally.ts';
import { readTranscriptionForm, type TranscriptionForm } from './transcription-form.ts';

/** What the server does with a request that is as it should be. */
export type Behaviour =
  /** Answers with these segments; `{ start, end, text }` in seconds. */
  | { readonly kind: 'hear'; readonly segments: readonly SaidSegment[]; readonly language?: string }
  | { readonly kind: 'fail'; readonly status: number; readonly retryAfter?: string }
  /** Never answers. */
  | { readonly kind: 'hang' }
  /** Ends the connection in the middle of its answer. */
  | { readonly kind: 'cut' }
  | { readonly kind: 'say'; readonly body: string };

export type SaidSegment = {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly noSpeech?: number;
};

export type SpeechServer = AsyncDisposable & {
  /** As SPEECH_URL takes it. */
  readonly url: string;
  /** What it was asked, and did not refuse. */
  readonly asked: readonly TranscriptionForm[];
  /** Decides what comes next. */
  behave(choose: (form: TranscriptionForm, n: number) => Behaviour): void;
};

export type SpeechServerOptions = {
  readonly key?: string;
  readonly models?: readonly string[];
  /** Knows no times, as newer models. */
  readonly isPlain?: boolean;
};

/** A small server of OpenAI's kind, which refuses what the real one refuses. */
export async function openSpeechServer({
  key,
  models = ['whisper-1'],
  isPlain = false,
}: SpeechServerOptions = {}): Promise<SpeechServer> {
  const asked: TranscriptionForm[] = [];
  let choose: Parameters<SpeechServer['behave']>[0] = () => ({ kind: 'hear', segments: [] });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refuse = (status: number, message: string, code: string | null = null) =>
      send(response, status, { error: { message, type: 'invalid_request_error', code } });
    if (request.url !== '/v1/audio/transcriptions') return refuse(404, 'Not found');
    if (request.method !== 'POST') return refuse(405, 'Only POST');
    if (key !== undefined && request.headers.authorization !== `Bearer ${key}`) {
      return refuse(401, 'Incorrect API key provided', 'invalid_api_key');
    }
    const body = await buffer(request);
    const form = await readTranscriptionForm(body, request.headers['content-type'] ?? '');
    if (typeof form === 'string') return refuse(400, form);
    if (!models.includes(form.model)) {
      return refuse(404, `The model '${form.model}' does not exist`, 'model_not_found');
    }
    if (isPlain && form.responseFormat !== 'json') {
      return refuse(400, `response_format '${form.responseFormat}' is not compatible with model`);
    }
    asked.push(form);
    perform(choose(form, asked.length), form, response);
  }

  const server = await listenLocally((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  return {
    ...server,
    asked,
    behave: (next) => {
      choose = next;
    },
  };
}

function perform(behaviour: Behaviour, form: TranscriptionForm, response: ServerResponse): void {
  if (behaviour.kind === 'hang') return;
  if (behaviour.kind === 'say') return void response.end(behaviour.body);
  if (behaviour.kind === 'cut') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1_000 });
    response.write('{"text": "The moon', () => response.destroy());
    return;
  }
  if (behaviour.kind === 'fail') {
    const { status, retryAfter } = behaviour;
    if (retryAfter !== undefined) response.setHeader('retry-after', retryAfter);
    return send(response, status, { error: { message: 'The server had an error', code: null } });
  }
  send(response, 200, transcribe(behaviour, form));
}

/** As much as was asked for, as OpenAI gives it: all words together, without points. */
function transcribe(
  { segments, language = 'english' }: Extract<Behaviour, { kind: 'hear' }>,
  { responseFormat, granularities, seconds }: TranscriptionForm,
): object {
  const text = segments.map((segment) => segment.text).join(' ');
  if (responseFormat === 'json') return { text };
  const words = segments.flatMap((segment) => {
    const parts = segment.text.match(/[\p{L}\p{N}']+/gu) ?? [];
    const step = (segment.end - segment.start) / parts.length;
    return parts.map((word, i) => ({
      word,
      start: segment.start + i * step,
      end: segment.start + (i + 1) * step,
    }));
  });
  return {
    task: 'transcribe',
    language,
    duration: seconds,
    text,
    ...(granularities.includes('word') && { words }),
    ...((granularities.length === 0 || granularities.includes('segment')) && {
      segments: segments.map(({ noSpeech = 0.01, ...segment }, id) => ({
        id,
        seek: 0,
        ...segment,
        tokens: [],
        temperature: 0,
        avg_logprob: -0.3,
        compression_ratio: 1.2,
        no_speech_prob: noSpeech,
      })),
    }),
  };
}

function send(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}
