import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';

// Runs in a child of the sandbox.

type Running = {
  readonly folder: string;
  /** The model's files. */
  readonly ask: {
    readonly acoustics: string;
    readonly language: string;
    readonly words: string;
  };
  readonly programs: Readonly<Record<string, string>>;
};

export type SphinxWord = {
  readonly text: string;
  readonly startMs: number;
  readonly endMs: number;
  /** How sure it is, 0–1. */
  readonly confidence: number;
};

/** Listens to 16-bit samples in a file, and tells the words. */
export async function* runSphinx(
  file: string,
  { folder, ask, programs }: Running,
): AsyncGenerator<{ readonly words: readonly SphinxWord[] }, void, void> {
  const args = [
    ['-infile', file],
    ['-hmm', ask.acoustics],
    ['-lm', ask.language],
    ['-dict', ask.words],
    ['-time', 'yes'],
    // Else its times would not count the silence.
    ['-remove_silence', 'no'],
    ['-logfn', '/dev/null'],
  ];
  // In a file: whoever may open no socket has no pipes either.
  const told = join(folder, 'words');
  await using output = await open(told, 'w');
  const program = spawn(programs['pocketsphinx_continuous'] ?? '', args.flat(), {
    stdio: ['ignore', output.fd, 'inherit'],
    env: {},
  });
  const [code, by] = await once(program, 'exit');
  if (code !== 0) throw new Error(`pocketsphinx ended with ${code ?? by}`);
  const lines = (await readFile(told, 'utf8')).split('\n');
  const words = lines.flatMap((line) => readWord(line) ?? []);
  yield { words };
}

const wordLine = /^(\S+) (\d+\.\d+) (\d+\.\d+) (\d+\.\d+)$/;

/** A word, when it is said and how sure that is; not what stands for noise and silence. */
function readWord(line: string): SphinxWord | undefined {
  const [, word = '', start, end, confidence] = wordLine.exec(line) ?? [];
  if (word === '' || /^[<[+]/.test(word)) return undefined;
  return {
    // A second way of saying it has its number behind it.
    text: word.replace(/\(\d+\)$/, ''),
    startMs: Math.round(Number(start) * 1_000),
    endMs: Math.round(Number(end) * 1_000),
    confidence: Math.min(1, Number(confidence)),
  };
}
