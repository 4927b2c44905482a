import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Once, Way } from '../../bench/read-pdf-once.ts';
import { writeBook } from '../../bench/write-book.ts';

const rounds = 3;
const sizes = [10, 100, 1_000];
const compared = 200;

const folder = await mkdtemp(join(tmpdir(), 'lectern-bench-'));
try {
  const file = await write(compared);
  const rates: Record<Way, number[]> = { bare: [], whole: [] };
  for (let round = 0; round < rounds; round++) {
    for (const way of ['bare', 'whole'] as const) {
      rates[way].push((compared * 1_000) / (await read(way, file)).ms);
    }
  }
  const [bare, whole] = [median(rates.bare), median(rates.whole)];
  say(`pdf  whole ${whole.toFixed(0)} pages/s, pdfjs-dist alone ${bare.toFixed(0)} pages/s`);
  report('pdf  against pdfjs-dist alone', whole / bare, '≥', 0.9);
  await compareToPoppler(file, whole);
  await measureGrowth();
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function compareToPoppler(file: string, rate: number): Promise<void> {
  const startedAt = performance.now();
  const text = await readWithPoppler(file);
  if (text === undefined) return say('pdf  pdftotext is not here, and is left out');
  const poppler = (compared * 1_000) / (performance.now() - startedAt);
  say(`pdf  pdftotext ${poppler.toFixed(0)} pages/s: ${(poppler / rate).toFixed(1)} × as fast`);
  const { text: ours } = await read('whole', file);
  report('pdf  words alike to pdftotext, F1', likeness(ours, text), '≥', 0.97);
}

async function measureGrowth(): Promise<void> {
  const perPage: number[] = [];
  for (const pages of sizes) {
    const file = await write(pages);
    const reads: Once[] = [];
    for (let round = 0; round < rounds; round++) reads.push(await read('whole', file));
    const ms = median(reads.map((one) => one.ms));
    const peakMb = Math.max(...reads.map((one) => one.peakMb));
    say(`pdf  ${pages} pages: ${ms.toFixed(0)} ms, ${peakMb.toFixed(0)} MB`);
    perPage.push(ms / pages);
    if (pages === sizes.at(-1)) report('pdf  memory for 1,000 pages, MB', peakMb, '≤', 1_024);
  }
  // The first pages take the start of the process; after them a page must cost what a page costs.
  const [, hundred = 0, thousand = 0] = perPage;
  report('pdf  a page of 1,000 against one of 100', thousand / hundred, '≤', 1.2);
}

async function write(pages: number): Promise<string> {
  const file = join(folder, `${pages}.pdf`);
  await writeFile(file, writeBook(pages));
  return file;
}

async function read(way: Way, file: string): Promise<Once> {
  const script = join(import.meta.dirname, '../../bench/read-pdf-once.ts');
  const child = fork(script, [way, file], { execArgv: [], serialization: 'advanced' });
  const [message]: Once[] = await once(child, 'message');
  if (message === undefined) throw new Error(`cannot read ${file}`);
  await once(child, 'exit');
  return message;
}

async function readWithPoppler(file: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('pdftotext', [file, '-'], { maxBuffer: 2 ** 30 });
    return stdout;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** F1 over the words that both found, as often as both did. */
function likeness(ours: string, theirs: string): number {
  const counts = new Map<string, number>();
  const [a, b] = [wordsOf(ours), wordsOf(theirs)];
  for (const word of a) counts.set(word, (counts.get(word) ?? 0) + 1);
  let alike = 0;
  for (const word of b) {
    const left = counts.get(word) ?? 0;
    if (left === 0) continue;
    counts.set(word, left - 1);
    alike++;
  }
  return (2 * alike) / (a.length + b.length);
}

function wordsOf(text: string): string[] {
  return (
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

function report(what: string, value: number, sign: '≥' | '≤', goal: number): void {
  const isMet = sign === '≥' ? value >= goal : value <= goal;
  say(`${what}: ${value.toFixed(2)} (goal ${sign} ${goal}) ${isMet ? 'met' : 'MISSED'}`);
  if (!isMet) process.exitCode = 1;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
