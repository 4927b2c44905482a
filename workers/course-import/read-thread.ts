import { parentPort, workerData } from 'node:worker_threads';
import { type CourseFile, Refusal } from './draft.ts';
import { type GivenFile, readFile } from './read-file.ts';

// Reads one file and ends. Apart from the event loop, because a file may be made to take long.

export type ReadAnswer =
  | { readonly file: CourseFile }
  | { readonly refused: { readonly code: string; readonly message: string } };

function answer(): ReadAnswer {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what `readInThread` gives
  const given = workerData as GivenFile;
  try {
    return { file: readFile(given) };
  } catch (error) {
    if (error instanceof Refusal) return { refused: { code: error.code, message: error.message } };
    // Functions that call themselves for each level have an end, and only such a file finds it.
    if (error instanceof RangeError) {
      const message = 'The file is nested too deeply, or a piece of it is too large.';
      return { refused: { code: 'file_too_deep', message } };
    }
    throw error;
  }
}

parentPort?.postMessage(answer());
