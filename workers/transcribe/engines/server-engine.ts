import type { Config } from '@lectern/db/config';
import { Cancel } from '@lectern/db/queue/outcomes';
import { askServer, type Answer } from './ask-server.ts';
import { PieceFailed } from './refusals.ts';
import type { Heard, Listening, SpeechEngine } from './speech-engine.ts';
import { readTranscription } from './transcription.ts';
import { writeWav } from './write-wav.ts';

/** How much of a server's answer is asked for; each can do less than the one before. */
const manners = ['words', 'segments', 'text'] as const;
type Manner = (typeof manners)[number];

export type ServerOptions = Pick<Config, 'speechKey' | 'speechModel' | 'speechPieces'> & {
  readonly url: string;
  readonly timeoutMs?: number;
};

const placesOfServer = 4;
/** A large model without a graphics card needs minutes for half a minute. */
const longestMs = 5 * 60_000;

/** A server of OpenAI's kind. */
export function openServerEngine({
  url,
  speechKey,
  speechModel,
  speechPieces,
  timeoutMs = longestMs,
}: ServerOptions): SpeechEngine {
  const host = new URL(url).host;
  let manner: Manner = 'words';

  async function listen(listening: Listening): Promise<Heard> {
    const asked = manner;
    const answer = await askServer({
      url,
      key: speechKey,
      form: fillForm(listening, { model: speechModel, manner: asked }),
      signal: listening.signal,
      timeoutMs,
    });
    const { status, value } = answer;
    if (status === 200) {
      const heard = readTranscription(value, listening.durationMs);
      if (heard !== undefined) return heard;
      throw new Error(`the speech server ${host} answered with something that is no transcription`);
    }
    if (refusesManner(answer)) {
      const next = manners[manners.indexOf(asked) + 1];
      if (next !== undefined) {
        // It may have been another piece that found out.
        if (manner === asked) manner = next;
        return await listen(listening);
      }
    }
    throw explain(answer, { host, model: speechModel });
  }

  return {
    name: `server:${speechModel}`,
    isDraft: false,
    languages: undefined,
    canVary: true,
    places: speechPieces || placesOfServer,
    listen,
  };
}

function fillForm(
  { pcm, language, temperature }: Listening,
  { model, manner }: { readonly model: string; readonly manner: Manner },
): FormData {
  const form = new FormData();
  form.append(
    'file',
    new Blob([Uint8Array.from(writeWav(pcm))], { type: 'audio/wav' }),
    'piece.wav',
  );
  form.append('model', model);
  form.append('response_format', manner === 'text' ? 'json' : 'verbose_json');
  form.append('temperature', String(temperature));
  if (language !== undefined) form.append('language', language);
  if (manner === 'words') {
    for (const granularity of ['word', 'segment']) {
      form.append('timestamp_granularities[]', granularity);
    }
  }
  return form;
}

/** Newer models of OpenAI know no times, and some servers none of words. */
function refusesManner({ status, words }: Answer): boolean {
  return (
    (status === 400 || status === 422) &&
    /response_format|timestamp_granularit|verbose/i.test(words)
  );
}

/** What to do about it, in words. */
function explain(
  { status, words }: Answer,
  { host, model }: { readonly host: string; readonly model: string },
): Error {
  const said = words === '' ? `status ${status}` : `“${words}”`;
  if (status === 401 || status === 403) {
    return new Cancel(
      'speech_key_refused',
      'The speech server refuses the key. Whoever runs this installation can set SPEECH_KEY; then do this step again.',
      { cause: new Error(`${host} answered ${status}: ${words}`) },
    );
  }
  if (status === 404) {
    return new Cancel(
      'speech_model_missing',
      `The speech server has no model ${model}, or is no speech server. Whoever runs this installation can set SPEECH_MODEL and SPEECH_URL; then do this step again.`,
      { cause: new Error(`${host} answered 404: ${words}`) },
    );
  }
  if (status === 402 || /insufficient_quota|billing/i.test(words)) {
    return new Cancel(
      'speech_quota_exceeded',
      'The speech server wants to be paid before it goes on. Whoever runs this installation can see to that; then do this step again.',
      { cause: new Error(`${host} answered ${status}: ${words}`) },
    );
  }
  if (status === 400 || status === 413 || status === 415 || status === 422) {
    return new PieceFailed('speech_refused', `The speech server refused a part: ${said}`);
  }
  return new Error(`the speech server ${host} failed: ${said}`);
}
