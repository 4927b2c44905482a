/** What a client asks of a server that writes down speech. */
export type TranscriptionForm = {
  readonly model: string;
  readonly language: string | undefined;
  readonly responseFormat: string;
  readonly temperature: number;
  readonly granularities: readonly string[];
  /** The samples of the WAV, and how long they last. */
  readonly pcm: Buffer;
  readonly seconds: number;
};

const formats = new Set(['json', 'text', 'srt', 'verbose_json', 'vtt']);
const known = new Set([
  'file',
  'model',
  'language',
  'prompt',
  'response_format',
  'temperature',
  'timestamp_granularities[]',
]);
const mostBytes = 25 * 1024 * 1024;

/** The form, or what OpenAI says of one that is not as it should be. */
export async function readTranscriptionForm(
  body: Buffer,
  contentType: string,
): Promise<TranscriptionForm | string> {
  const form = await parse(body, contentType);
  if (form === undefined) return 'Could not parse multipart form';
  const unknown = [...form.keys()].find((name) => !known.has(name));
  if (unknown !== undefined) return `Unrecognized request argument supplied: ${unknown}`;
  const [file, model] = [form.get('file'), form.get('model')];
  if (!(file instanceof File)) return 'you must provide a file';
  if (typeof model !== 'string' || model === '') return 'you must provide a model parameter';
  const responseFormat = textOf(form, 'response_format') ?? 'json';
  if (!formats.has(responseFormat)) return `Invalid response_format: ${responseFormat}`;
  const granularities = form.getAll('timestamp_granularities[]').map(String);
  if (granularities.some((one) => one !== 'word' && one !== 'segment')) {
    return 'Invalid timestamp_granularities';
  }
  if (granularities.length > 0 && responseFormat !== 'verbose_json') {
    return 'timestamp_granularities needs response_format verbose_json';
  }
  const temperature = Number(textOf(form, 'temperature') ?? 0);
  if (!(temperature >= 0 && temperature <= 1)) return 'Invalid temperature';
  const language = textOf(form, 'language');
  if (language !== undefined && !/^[a-z]{2,3}$/.test(language)) {
    return `Invalid language '${language}'. Language parameter must be specified in ISO-639-1 format.`;
  }
  if (file.size > mostBytes) return 'Maximum content size limit exceeded';
  const pcm = readWav(Buffer.from(await file.arrayBuffer()));
  if (pcm === undefined || !file.name.endsWith('.wav')) return 'Invalid file format.';
  const seconds = pcm.length / 32_000;
  if (seconds < 0.1) return 'Audio file is too short. Minimum audio length is 0.1 seconds.';
  return {
    model,
    language,
    responseFormat,
    temperature,
    granularities,
    pcm,
    seconds,
  };
}

function textOf(form: FormData, name: string): string | undefined {
  const value = form.get(name);
  return typeof value === 'string' ? value : undefined;
}

async function parse(body: Buffer, contentType: string): Promise<FormData | undefined> {
  try {
    const headers = { 'content-type': contentType };
    return await new Response(Uint8Array.from(body), { headers }).formData();
  } catch {
    return undefined;
  }
}

/** One channel, 16 bits, 16 kHz, and no more and no less than the head says. */
function readWav(wav: Buffer): Buffer | undefined {
  if (wav.length < 44 || wav.toString('latin1', 0, 4) !== 'RIFF') return undefined;
  const isRight =
    wav.readUInt32LE(4) === wav.length - 8 &&
    wav.toString('latin1', 8, 16) === 'WAVEfmt ' &&
    wav.readUInt16LE(20) === 1 &&
    wav.readUInt16LE(22) === 1 &&
    wav.readUInt32LE(24) === 16_000 &&
    wav.readUInt16LE(34) === 16 &&
    wav.readUInt32LE(40) === wav.length - 44;
  return isRight ? wav.subarray(44) : undefined;
}
