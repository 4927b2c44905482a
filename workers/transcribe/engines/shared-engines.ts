import { takeTurns } from '../../runtime/take-turns.ts';
import { listEngines, type SpeechConfig } from './choose-engine.ts';
import type { SpeechEngine } from './speech-engine.ts';

const opened = new WeakMap<SpeechConfig, readonly SpeechEngine[]>();

/** The engines of this process, shared by all that is transcribed in it: each owner's pieces in turn. */
export function sharedEngines(config: SpeechConfig): readonly SpeechEngine[] {
  const engines = opened.get(config) ?? listEngines(config).map(inTurns);
  opened.set(config, engines);
  return engines;
}

function inTurns(engine: SpeechEngine): SpeechEngine {
  const turns = takeTurns({ places: engine.places });
  return {
    ...engine,
    listen: async (listening) => {
      const turn = await turns.enter(listening.asker, { signal: listening.signal });
      try {
        return await engine.listen(listening);
      } finally {
        turn.leave();
      }
    },
  };
}
