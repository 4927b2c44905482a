import type { Listening } from '../transcribe/engines/speech-engine.ts';
import { durationOf } from './speak.ts';

/** What an engine is asked that is to listen to these samples. */
export function listenTo(pcm: Buffer): Listening {
  return {
    pcm,
    durationMs: durationOf(pcm),
    language: undefined,
    temperature: 0,
    asker: 'somebody',
    signal: new AbortController().signal,
  };
}
