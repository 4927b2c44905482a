import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Goal, reportGoal } from '../bench/report-goal.ts';
import { englishPage, russianPage } from '../bench/sample-pages.ts';
import { countEdits } from '../testing/count-edits.ts';
import { drawPage } from '../testing/draw-page.ts';
import { findTessdata } from './find-tessdata.ts';
import { gatherPieces } from './gather-pieces.ts';
import { encodePgm, type Grey } from './pgm.ts';
import { prepareGrey } from './prepare-grey.ts';
import { openReaderPool, type ReaderPool } from './reader-pool.ts';
import { readPicture } from './read-picture.ts';

// Pages as a scanner gives them at 200 dpi, against the program `tesseract`: the same pages, the same
// language data, as many processes as we have readers, one thread each.

const rounds = 5;
const languages = ['eng', 'rus'];
const size = Math.max(2, availableParallelism());
const a4 = { width: 1_654, height: 2_339, fontPx: 33, noise: 24 };

type Sheet = { readonly truth: string; readonly grey: Grey; readonly file: string };
type Read = (sheet: Sheet) => Promise<string>;

const folder = await mkdtemp(join(tmpdir(), 'lectern-bench-'));
const data = findTessdata(languages, process.env['TESSDATA_PREFIX']);
const readers = openReaderPool(data, { size });
try {
  const sheets = await drawSheets();
  const ours = readWith(readers);
  await run(sheets.slice(0, size), ours);
  const seconds = { ours: [] as number[], native: [] as number[] };
  let faults = { ours: 0, native: 0 };
  for (let round = 0; round < rounds; round++) {
    const native = await run(sheets, readNatively);
    const own = await run(sheets, ours);
    seconds.native.push(native.seconds);
    seconds.ours.push(own.seconds);
    faults = { ours: own.faults, native: native.faults };
  }
  const rate = (times: readonly number[]) => sheets.length / median(times);
  say(`${rate(seconds.native).toFixed(2)} pages/s by tesseract, ${size} processes`);
  say(`${rate(seconds.ours).toFixed(2)} pages/s by us, ${size} readers`);
  const ratios = seconds.native.map((native, i) => native / (seconds.ours[i] ?? native));
  report('speed against tesseract', median(ratios), { least: 0.9 });
  say(`${(100 * faults.native).toFixed(2)} % of characters wrong by tesseract`);
  say(`${(100 * faults.ours).toFixed(2)} % of characters wrong by us`);
  report('points of characters wrong beyond tesseract', 100 * (faults.ours - faults.native), {
    most: 0.5,
  });
} finally {
  await readers.close();
  await rm(folder, { recursive: true, force: true });
}

/** English and Russian in turn, each a little askew in its own way. */
async function drawSheets(): Promise<Sheet[]> {
  const skews = [0, 0.25, -0.2, 0.7, -0.8, 0.1, 0.2, -1.2];
  const sheets = skews.map(async (skewDegrees, i) => {
    const truth = i % 2 === 0 ? englishPage : russianPage;
    const grey = drawPage(truth, { ...a4, skewDegrees });
    const file = join(folder, `${i}.pgm`);
    await writeFile(file, encodePgm(grey));
    return { truth, grey, file };
  });
  return await Promise.all(sheets);
}

/** As many at a time as there are cores. */
async function run(sheets: readonly Sheet[], read: Read) {
  const left = sheets.toReversed();
  const rates: number[] = [];
  const startedAt = performance.now();
  const work = async () => {
    for (let sheet = left.pop(); sheet !== undefined; sheet = left.pop()) {
      rates.push(faultsOf(sheet.truth, await read(sheet)));
    }
  };
  await Promise.all(Array.from({ length: size }, work));
  const seconds = (performance.now() - startedAt) / 1_000;
  return { seconds, faults: rates.reduce((sum, rate) => sum + rate, 0) / rates.length };
}

function readWith(pool: ReaderPool): Read {
  const { signal } = new AbortController();
  return async ({ grey, file }) => {
    const seen = await readPicture(await prepareGrey(grey), { readers: pool, asker: file, signal });
    return gatherPieces(seen)
      .map((piece) => piece.text)
      .join('\n');
  };
}

async function readNatively({ file }: Sheet): Promise<string> {
  const args = [file, '-', '-l', languages.join('+'), '--tessdata-dir', data.folder];
  const program = spawn('tesseract', args, {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, OMP_THREAD_LIMIT: '1' },
  });
  program.on('error', (error) => say(`tesseract cannot be run: ${error.message}`));
  return await text(program.stdout);
}

function faultsOf(truth: string, got: string): number {
  const plain = (words: string) => words.replace(/\s+/g, ' ').trim();
  return countEdits(plain(truth), plain(got)) / plain(truth).length;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function report(what: string, value: number, goal: Goal): void {
  reportGoal('ocr', { what, value }, goal);
}

function say(words: string): void {
  process.stdout.write(`ocr  ${words}\n`);
}
