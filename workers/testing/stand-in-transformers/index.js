// Answers as the package does with the small model of the tests, for machines that do not have it.

const { existsSync } = require('node:fs');
const { join } = require('node:path');

exports.env = { allowRemoteModels: true, localModelPath: '', cacheDir: '' };

exports.pipeline = async (task, model, { dtype }) => {
  const file = join(exports.env.localModelPath, model, 'onnx', 'encoder_model_quantized.onnx');
  if (task !== 'automatic-speech-recognition' || dtype !== 'q8' || !existsSync(file)) {
    throw new Error(`no ${file}`);
  }
  const tokens = { '<|en|>': 9, '<|ru|>': 10 };
  const listen = async (samples, { language, task: what, return_timestamps: hasTimes }) => {
    if (what !== 'transcribe' || language === undefined || hasTimes !== true)
      throw new Error('how');
    const text = isNoise(samples) ? ' noise is here.' : ' the moon pulls.';
    return { text, chunks: [{ timestamp: [0, 1.5], text }] };
  };
  const generate = async ({ inputs, decoder_input_ids: [start], max_new_tokens: most }) => {
    if (start !== 8 || most !== 1) throw new Error('how');
    const token = tokens[isNoise(inputs) ? '<|ru|>' : '<|en|>'];
    return [{ tolist: () => [8n, BigInt(token)] }];
  };
  const known = { is_multilingual: true, decoder_start_token_id: 8, lang_to_id: tokens };
  return Object.assign(listen, {
    processor: async (samples) => ({ input_features: samples }),
    model: { generation_config: known, generate },
  });
};

/** Whether it crosses zero too often for a note. */
function isNoise(samples) {
  const crossings = samples.filter((value, i) => i > 0 && value < 0 !== samples[i - 1] < 0).length;
  return crossings > samples.length / 4;
}
