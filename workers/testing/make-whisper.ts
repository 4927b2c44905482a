import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeOnnx } from './write-onnx.ts';

// A model with the parts of Whisper and a brain of a few bytes: what it says next depends on what it said
// last, and on whether it hears one note or many.

const special = [
  '<|endoftext|>',
  '<|startoftranscript|>',
  '<|en|>',
  '<|ru|>',
  '<|transcribe|>',
  '<|translate|>',
  '<|startoflm|>',
  '<|startofprev|>',
  '<|nospeech|>',
  '<|notimestamps|>',
];
/** Bytes stand for themselves, but a space, which is written Ġ. */
const words = ['Ġthe', 'Ġmoon', 'Ġpulls', '.', 'Ġnoise', 'Ġis', 'Ġhere'];
const ticks = 1_501;
const at = (token: string) => words.length + special.indexOf(token);
const wordAt = (word: string) => words.indexOf(word);
const firstTick = words.length + special.length;
const tickAt = (seconds: number) => firstTick + Math.round(seconds / 0.02);
const vocabulary = firstTick + ticks;
const width = 4;

/** What may follow what; where there are two, the first is said at one note and the second at many. */
const follows: readonly (readonly [number, readonly number[]])[] = [
  [at('<|startoftranscript|>'), [at('<|en|>'), at('<|ru|>')]],
  [at('<|en|>'), [at('<|transcribe|>')]],
  [at('<|ru|>'), [at('<|transcribe|>')]],
  [at('<|transcribe|>'), [tickAt(0)]],
  [tickAt(0), [wordAt('Ġthe'), wordAt('Ġnoise')]],
  [wordAt('Ġthe'), [wordAt('Ġmoon')]],
  [wordAt('Ġmoon'), [wordAt('Ġpulls')]],
  [wordAt('Ġpulls'), [wordAt('.')]],
  [wordAt('Ġnoise'), [wordAt('Ġis')]],
  [wordAt('Ġis'), [wordAt('Ġhere')]],
  [wordAt('Ġhere'), [wordAt('.')]],
  [wordAt('.'), [tickAt(1.5)]],
  [tickAt(1.5), [at('<|endoftext|>')]],
];

function makeEncoder(): Buffer {
  return writeOnnx({
    inputs: [{ name: 'input_features', kind: 'float', shape: ['batch', 80, 3_000] }],
    outputs: [{ name: 'last_hidden_state', kind: 'float', shape: ['batch', 1_500, width] }],
    constants: [
      { name: 'shape', shape: [3], values: BigInt64Array.from([1n, 1_500n, BigInt(width)]) },
    ],
    steps: [
      {
        operator: 'ReduceMax',
        from: ['input_features'],
        to: 'loudest',
        numbers: { axes: [2], keepdims: 1 },
      },
      {
        operator: 'ReduceMean',
        from: ['loudest'],
        to: 'loudness',
        numbers: { axes: [1], keepdims: 1 },
      },
      { operator: 'Expand', from: ['loudness', 'shape'], to: 'last_hidden_state' },
    ],
  });
}

function makeDecoder(): Buffer {
  const table = new Float32Array(vocabulary * vocabulary);
  const leaning = new Float32Array(vocabulary);
  for (const [token, next] of follows) {
    for (const one of next) table[token * vocabulary + one] = 100;
    const [few, many] = next;
    if (few === undefined || many === undefined) continue;
    [leaning[few], leaning[many]] = [-1, 1];
  }
  return writeOnnx({
    inputs: [
      { name: 'input_ids', kind: 'int64', shape: ['batch', 'length'] },
      { name: 'encoder_hidden_states', kind: 'float', shape: ['batch', 1_500, width] },
    ],
    outputs: [{ name: 'logits', kind: 'float', shape: ['batch', 'length', vocabulary] }],
    constants: [
      { name: 'table', shape: [vocabulary, vocabulary], values: table },
      { name: 'leaning', shape: [1, 1, vocabulary], values: leaning },
      // Of all bands a single note fills few, and noise every one.
      { name: 'middle', shape: [1, 1, 1], values: Float32Array.of(0.6) },
    ],
    steps: [
      { operator: 'Gather', from: ['table', 'input_ids'], to: 'known', numbers: { axis: 0 } },
      {
        operator: 'ReduceMean',
        from: ['encoder_hidden_states'],
        to: 'loudness',
        numbers: { axes: [1, 2], keepdims: 1 },
      },
      { operator: 'Sub', from: ['loudness', 'middle'], to: 'noisiness' },
      { operator: 'Mul', from: ['noisiness', 'leaning'], to: 'leant' },
      { operator: 'Add', from: ['known', 'leant'], to: 'logits' },
    ],
  });
}

/** The files of a model as `@huggingface/transformers` reads them, by their names. */
function makeWhisper(): ReadonlyMap<string, Buffer> {
  const json = (value: object) => Buffer.from(JSON.stringify(value));
  const common = {
    model_type: 'whisper',
    architectures: ['WhisperForConditionalGeneration'],
    is_encoder_decoder: true,
    vocab_size: vocabulary,
    num_mel_bins: 80,
    max_source_positions: 1_500,
    max_target_positions: 448,
    d_model: width,
    encoder_layers: 1,
    decoder_layers: 1,
    encoder_attention_heads: 1,
    decoder_attention_heads: 1,
    decoder_start_token_id: at('<|startoftranscript|>'),
    bos_token_id: at('<|endoftext|>'),
    eos_token_id: at('<|endoftext|>'),
    pad_token_id: at('<|endoftext|>'),
  };
  const generation = {
    decoder_start_token_id: common.decoder_start_token_id,
    eos_token_id: common.eos_token_id,
    pad_token_id: common.pad_token_id,
    is_multilingual: true,
    lang_to_id: { '<|en|>': at('<|en|>'), '<|ru|>': at('<|ru|>') },
    task_to_id: { transcribe: at('<|transcribe|>'), translate: at('<|translate|>') },
    no_timestamps_token_id: at('<|notimestamps|>'),
    max_initial_timestamp_index: 50,
    max_length: 448,
    return_timestamps: false,
  };
  const listener = {
    feature_extractor_type: 'WhisperFeatureExtractor',
    processor_class: 'WhisperProcessor',
    chunk_length: 30,
    feature_size: 80,
    hop_length: 160,
    n_fft: 400,
    n_samples: 480_000,
    nb_max_frames: 3_000,
    padding_value: 0,
    sampling_rate: 16_000,
  };
  return new Map([
    ['config.json', json(common)],
    ['generation_config.json', json(generation)],
    ['preprocessor_config.json', json(listener)],
    ['tokenizer.json', json(makeTokenizer())],
    ['tokenizer_config.json', json({ tokenizer_class: 'WhisperTokenizer' })],
    ['onnx/encoder_model_quantized.onnx', makeEncoder()],
    ['onnx/decoder_model_merged_quantized.onnx', makeDecoder()],
  ]);
}

function makeTokenizer(): object {
  const times = Array.from({ length: ticks }, (_, i) => `<|${(i * 0.02).toFixed(2)}|>`);
  const added = [...special, ...times].map((content, i) => ({
    id: words.length + i,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: i < special.length,
  }));
  return {
    version: '1.0',
    added_tokens: added,
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true },
    post_processor: null,
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true },
    model: {
      type: 'BPE',
      vocab: Object.fromEntries(words.map((word, i) => [word, i])),
      merges: [],
    },
  };
}

export async function writeWhisper(folder: string): Promise<void> {
  await mkdir(join(folder, 'onnx'), { recursive: true });
  for (const [name, bytes] of makeWhisper()) await writeFile(join(folder, name), bytes);
}
