/** Models that write down speech, from small and quick to large and good. */
export const knownModels = [
  'whisper-tiny',
  'whisper-base',
  'whisper-small',
  'whisper-large-v3-turbo',
] as const;
export type ModelName = (typeof knownModels)[number];

export const defaultModel: ModelName = 'whisper-base';

export function repositoryOf(model: ModelName): string {
  return `onnx-community/${model}`;
}

/** What of a model is needed to run it with whole numbers, which is quickest without a graphics card. */
export const neededFiles = [
  'config.json',
  'generation_config.json',
  'preprocessor_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'onnx/encoder_model_quantized.onnx',
  'onnx/decoder_model_merged_quantized.onnx',
] as const;

export function isKnownModel(name: string): name is ModelName {
  return knownModels.some((known) => known === name);
}
