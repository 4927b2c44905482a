import type { Config } from '@lectern/db/config';
import { Cancel } from '@lectern/db/queue/outcomes';
import { findProgram } from '../../sandbox/find-program.ts';
import { findSphinxModel } from './find-sphinx-model.ts';
import { findWhisper } from './find-whisper.ts';
import { nameOfLanguage } from '@lectern/db/materials/language-codes';
import { openServerEngine } from './server-engine.ts';
import type { SpeechEngine } from './speech-engine.ts';
import { openSphinxEngine } from './sphinx-engine.ts';
import { openWhisperEngine } from './whisper-engine.ts';

export type SpeechConfig = Pick<
  Config,
  'speechEngine' | 'speechUrl' | 'speechKey' | 'speechModel' | 'speechPieces' | 'dataDir'
>;

/** Who may be asked here, the best one first. */
export function listEngines(config: SpeechConfig): SpeechEngine[] {
  const { speechEngine: wanted, speechUrl: url } = config;
  const isWanted = (name: SpeechConfig['speechEngine']) => wanted === 'auto' || wanted === name;
  const engines: SpeechEngine[] = [];
  if (isWanted('server') && url !== undefined) engines.push(openServerEngine({ ...config, url }));
  const whisper = isWanted('whisper') ? findWhisper(config.dataDir) : undefined;
  if (whisper !== undefined) engines.push(openWhisperEngine(whisper));
  if (isWanted('pocketsphinx')) {
    const model = findSphinxModel();
    const hasProgram = findProgram('pocketsphinx_continuous') !== undefined;
    if (hasProgram && model !== undefined) engines.push(openSphinxEngine(model, config));
  }
  return engines;
}

/** The first that knows the language; throws words that say what to set where there is none. */
export function chooseEngine(
  engines: readonly SpeechEngine[],
  language: string,
  { speechEngine }: Pick<SpeechConfig, 'speechEngine'>,
): SpeechEngine {
  const found = engines.find(({ languages }) => languages?.includes(language) ?? true);
  if (found !== undefined) return found;
  throw unavailable(engines, language, speechEngine);
}

/** What helps where nobody can write down what is said. */
export const advice =
  'Whoever runs this installation can set SPEECH_URL to a speech server, or type `npm run models` to get a model; then do this step again. Subtitles help too: upload them as .srt or .vtt under the name of this file.';

function unavailable(
  engines: readonly SpeechEngine[],
  language: string,
  speechEngine: SpeechConfig['speechEngine'],
): Cancel {
  const [first] = engines;
  if (first !== undefined) {
    const detail = `Speech in ${nameOfLanguage(language)} cannot be written down here: ${first.name} does not know this language.`;
    return new Cancel('speech_language_unavailable', `${detail} ${advice}`);
  }
  const why = {
    auto: 'nothing that could do it is installed',
    off: 'LECTERN_SPEECH is off',
    server: 'LECTERN_SPEECH is `server`, and SPEECH_URL is empty',
    whisper: 'LECTERN_SPEECH is `whisper`, and its model is not there',
    pocketsphinx: 'LECTERN_SPEECH is `pocketsphinx`, and that is not installed',
  }[speechEngine];
  return new Cancel('speech_unavailable', `Speech is not written down here: ${why}. ${advice}`);
}
