import pino, { type Logger } from 'pino';
import type { Config } from './config.ts';

export type Log = Logger;

// Whoever read our lines may be gone before us, as after `kill -9` of the supervisor. Not pino's own
// destination: its last flush tries a closed pipe again for ever, and the process never ends.
process.stdout.on('error', () => undefined);

const secretPaths = [
  'password',
  'token',
  '*.password',
  '*.token',
  '*.authorization',
  '*.cookie',
  'req.headers.authorization',
  'req.headers.cookie',
];

/** One JSON line per event on standard output; secrets never reach it. */
export function openLog(config: Pick<Config, 'logLevel'>, role: string): Log {
  return pino(
    {
      name: role,
      level: config.logLevel,
      serializers: { err: describeError },
      redact: { paths: secretPaths, censor: '[secret]' },
    },
    process.stdout,
  );
}

type ErrorLine = {
  type: string;
  message: string;
  code?: unknown;
  stack?: string;
  cause?: ErrorLine;
};

/** Only what tells a reader what happened: drivers hang whole connections onto their errors. */
function describeError(error: unknown): unknown {
  return error instanceof Error ? lineOf(error) : error;
}

function lineOf(error: Error): ErrorLine {
  const line: ErrorLine = { type: error.name, message: error.message };
  if ('code' in error) line.code = error.code;
  if (error.stack !== undefined) line.stack = error.stack;
  if (error.cause instanceof Error) line.cause = lineOf(error.cause);
  return line;
}
