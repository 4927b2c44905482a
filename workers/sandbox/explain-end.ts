import { Cancel } from '@lectern/db/queue/outcomes';
import type { Limits } from './define-engine.ts';
import { SaysTooMuch } from './read-lines.ts';
import type { Ending } from './start-child.ts';
import type { Excess } from './watch-child.ts';

/** Why a reader did not get to the end of its file: in words for its owner, where the file is to blame. */
export function explainEnd(
  { code, signal, words }: Ending,
  { excess, limits }: { readonly excess: Excess | undefined; readonly limits: Limits },
): Error {
  if (excess === 'memory' || isShortOfMemory(words)) return needsTooMuchMemory(limits);
  if (excess === 'output') return needsTooMuchRoom();
  if (excess === 'deadline' || signal === 'SIGXCPU') return takesTooLong();
  if (signal === 'SIGXFSZ') return needsTooMuchRoom();
  // By the system where memory is short, or by somebody: another time it may go well.
  if (signal === 'SIGKILL' || signal === 'SIGTERM')
    return new Error('a reader was ended from outside');
  return fileBreaksReader(new Error(`the reader ended with ${signal ?? code}: ${words}`));
}

/** It ended, or said that it was done, and has not made what it was to make. */
export function fileBreaksReader(cause: unknown): Cancel {
  const detail =
    'This file breaks the program that reads it. Save it anew with another program and upload that.';
  return new Cancel('file_breaks_reader', detail, { cause });
}

/** What an engine threw. A refusal is for the owner; anything else is a fault of ours. */
export function explainError(error: unknown, limits: Limits): Error {
  const [name, message, code] = ['name', 'message', 'code'].map((field) => textAt(error, field));
  if (name === 'Refusal' && code) return new Cancel(code, message ?? '');
  if (isShortOfMemory(message ?? '')) return needsTooMuchMemory(limits);
  return new Error(`a reader failed: ${name}: ${message}`);
}

/** Of what a reader says there was too much. */
export function explainFlood(error: SaysTooMuch): Cancel {
  const detail = 'There is more text in this file than in any book. Split it into several files.';
  return new Cancel('text_too_large', detail, { cause: error });
}

function isShortOfMemory(words: string): boolean {
  return /heap out of memory|bad_alloc|allocation failed|Invalid (array|string|typed array) length/i.test(
    words,
  );
}

function takesTooLong(): Cancel {
  const detail =
    'Reading this file takes too long. Split it into smaller files, or save it anew with another program.';
  return new Cancel('takes_too_long', detail);
}

function needsTooMuchMemory({ memoryMb }: Limits): Cancel {
  const detail = `Reading this file needs more than ${memoryMb} MB of memory. Split it into smaller files.`;
  return new Cancel('needs_too_much_memory', detail);
}

function needsTooMuchRoom(): Cancel {
  const detail = 'What is in this file takes more room than it may. Split it into smaller files.';
  return new Cancel('needs_too_much_room', detail);
}

function textAt(value: unknown, field: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const text: unknown = Reflect.get(value, field);
  return typeof text === 'string' ? text : undefined;
}
