// The only place that knows how ffmpeg is started; runs only in the sandbox.
import ffmpeg from 'fluent-ffmpeg';
import type { Conversion } from './conversion.ts';
import { explainProgram } from './explain-program.ts';

export type Place = {
  /** Where ffmpeg lies. */
  readonly program: string;
  readonly file: string;
  readonly folder: string;
};

/** Resolves when ffmpeg has ended well; rejects with why it has not. */
export function runFfmpeg(
  { input, filter, outputs }: Conversion,
  { program, file, folder }: Place,
): Promise<void> {
  const command = ffmpeg({ stdoutLines: 100, cwd: folder });
  ffmpeg.setFfmpegPath(program);
  trustOptions(command, [input, ...outputs.map(({ options }) => options)].flatMap(formatOf));
  command.input(file);
  // One at a time it would cut at spaces.
  command.inputOptions('-nostdin', '-hide_banner', '-v', 'error', ...input);
  if (filter !== undefined) command.complexFilter(filter);
  for (const { name, options } of outputs) {
    command.output(name);
    command.outputOptions('-map_metadata', '-1', '-map_chapters', '-1', ...options);
  }
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  command.on('end', () => resolve());
  command.on('error', (error: Error, _stdout: unknown, stderr: unknown) => {
    reject(explainProgram(Object.assign(error, { stderr })));
  });
  // Where this process ends by itself; killed, it takes its programs along.
  process.once('exit', () => command.kill('SIGKILL'));
  command.run();
  return promise;
}

type Answer = (error: null, known: Record<string, object>) => void;

/** Each process runs one command: asking ffmpeg first what it can do would take as long as some of them. */
function trustOptions(command: object, formats: readonly string[]): void {
  const known = Object.fromEntries(formats.map((name) => [name, { canDemux: true, canMux: true }]));
  Object.assign(command, {
    availableFormats: (answer: Answer) => answer(null, known),
    availableEncoders: (answer: Answer) => answer(null, {}),
  });
}

function formatOf(options: readonly string[]): string[] {
  const at = options.indexOf('-f');
  return at < 0 ? [] : options.slice(at + 1, at + 2);
}
