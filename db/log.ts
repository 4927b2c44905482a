import pino, { type Logger } from 'pino';
import type { Config } from './config.ts';

export type Log = Logger;

/** One JSON line per event on standard output; secrets never reach it. */
export function openLog(config: Pick<Config, 'logLevel'>, role: string): Log {
  return pino({
    name: role,
    level: config.logLevel,
    redact: {
      paths: [
        'password',
        'token',
        '*.password',
        '*.token',
        '*.authorization',
        '*.cookie',
        'req.headers.authorization',
        'req.headers.cookie',
      ],
      censor: '[secret]',
    },
  });
}
