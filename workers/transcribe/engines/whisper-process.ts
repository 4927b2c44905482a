// Runs Whisper, in a process of its own: its native code may take much memory, or fall. Started by
// `open-whisper.ts`, which tells it what to listen to.
import { createRequire } from 'node:module';
import { join } from 'node:path';

export type Order = {
  readonly pcm: Uint8Array;
  /** Undefined where it is to find out. */
  readonly language: string | undefined;
  readonly temperature: number;
};

export type Told = {
  readonly language: string | null;
  readonly chunks: readonly {
    readonly text: string;
    readonly timestamp: readonly [number, number | null];
  }[];
};

export type Reply = { readonly told: Told } | { readonly error: string };

/** As much of `@huggingface/transformers` as is used here. */
type Transformers = {
  readonly env: { allowRemoteModels: boolean; localModelPath: string; cacheDir: string | null };
  pipeline(task: 'automatic-speech-recognition', model: string, options: object): Promise<Listener>;
};

type Listener = {
  (samples: Float32Array, options: object): Promise<{ readonly chunks?: Told['chunks'] }>;
  processor(samples: Float32Array): Promise<{ readonly input_features: unknown }>;
  readonly model: {
    readonly generation_config: {
      readonly is_multilingual?: boolean;
      readonly decoder_start_token_id: number;
      readonly lang_to_id?: Readonly<Record<string, number>>;
    };
    generate(options: object): Promise<readonly [{ tolist(): (bigint | number)[] }]>;
  };
};

const [, , folder = '', model = ''] = process.argv;
process.on('disconnect', () => process.exit(0));
// Said of every model that is loaded; errors come as such.
for (const name of ['log', 'info', 'warn'] as const) console[name] = () => {};

const loading = load();
loading.catch(() => undefined);

process.on('message', (order: Order) => {
  work(order).then(
    (told) => process.send?.({ told } satisfies Reply),
    (error: unknown) => process.send?.({ error: String(error) } satisfies Reply),
  );
});

async function load(): Promise<Listener> {
  // It is no dependency of ours: it lies beside the models.
  const transformers: Transformers = createRequire(join(folder, 'package.json'))(
    '@huggingface/transformers',
  );
  const { env } = transformers;
  env.allowRemoteModels = false;
  env.localModelPath = folder;
  env.cacheDir = null;
  const options = { dtype: 'q8', device: 'cpu' };
  return await transformers.pipeline('automatic-speech-recognition', model, options);
}

async function work({ pcm, language, temperature }: Order): Promise<Told> {
  const listener = await loading;
  const samples = toFloats(pcm);
  const spoken = language ?? (await detectLanguage(listener, samples));
  const { chunks = [] } = await listener(samples, {
    return_timestamps: true,
    ...(spoken !== null && { language: spoken, task: 'transcribe' }),
    ...(temperature > 0 && { do_sample: true, temperature }),
  });
  return { language: spoken, chunks };
}

/** The first that the model says of a sound is its language. */
async function detectLanguage(listener: Listener, samples: Float32Array): Promise<string | null> {
  const { generation_config: known } = listener.model;
  if (known.is_multilingual !== true) return null;
  const { input_features: inputs } = await listener.processor(samples);
  const start = known.decoder_start_token_id;
  const [said] = await listener.model.generate({
    inputs,
    decoder_input_ids: [start],
    max_new_tokens: 1,
  });
  const token = Number(said.tolist().at(-1));
  const name = Object.entries(known.lang_to_id ?? {}).find(([, id]) => id === token)?.[0];
  return name === undefined ? null : name.replaceAll(/[<|>]/g, '');
}

function toFloats(pcm: Uint8Array): Float32Array {
  const bytes = Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength);
  return Float32Array.from(
    { length: bytes.length >> 1 },
    (_, i) => bytes.readInt16LE(2 * i) / 32_768,
  );
}
