import { join } from 'node:path';
import { ConfigError, readConfig } from './config.ts';
import { bringModel } from './models/bring-model.ts';
import { installPackages } from './models/install-packages.ts';
import { defaultModel, isKnownModel, knownModels } from './models/known-models.ts';

const usage = `npm run models -- [model]

  Brings a model that writes down speech in nearly all languages, and the packages that run it, into
  DATA_DIR/models: some hundreds of MB. One of ${knownModels.join(', ')};
  ${defaultModel} if none is named. Larger ones understand more and take longer.
`;

const stop = new AbortController();
process.once('SIGINT', () => stop.abort(new Error('stopped')));
process.exitCode = await main(process.argv.slice(2));

async function main([model = defaultModel, ...more]: string[]): Promise<number> {
  if (!isKnownModel(model) || more.length > 0) {
    process.stderr.write(usage);
    return 2;
  }
  try {
    const { dataDir, modelsUrl } = readConfig();
    const folder = join(dataDir, 'models');
    const base = modelsUrl.replace(/\/+$/, '');
    say('Installing the packages that run models, once. This can take some minutes.');
    const isNew = await installPackages(folder);
    say(isNew ? 'The packages are here.' : 'The packages were here.');
    await bringModel({ folder, base, model, say, signal: stop.signal });
    say(`Speech is written down by ${model} as soon as the workers are started again.`);
    return 0;
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    return error instanceof ConfigError ? 2 : 1;
  }
}

/** With what is behind it: mostly a network that is not there. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${explain(error.cause)}`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
