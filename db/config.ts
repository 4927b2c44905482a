import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import {
  anyText,
  argon2Cost,
  bytes,
  choice,
  ocrLanguages,
  optional,
  origins,
  proxyTrust,
  quota,
  rate,
  setting,
  url,
  wholeNumber,
} from './settings.ts';
import { readSealKeys } from './objects/seal-keys.ts';

/** Every setting there is. The table in the README is made from this list. */
export const settings = {
  port: setting('PORT', '3000', 'port of the API', wholeNumber(1, 65_535)),
  host: setting('HOST', '127.0.0.1', 'address the API listens on; `0.0.0.0` for all', anyText),
  dataDir: setting(
    'DATA_DIR',
    './data',
    'folder for everything that is kept on this machine',
    anyText,
  ),
  publicUrl: optional(
    'PUBLIC_URL',
    'address people reach Lectern at, for links in messages',
    url('http', 'https'),
  ),
  databaseUrl: optional(
    'DATABASE_URL',
    'PostgreSQL ≥ 15; empty: `npm start` brings its own',
    url('postgres', 'postgresql'),
  ),
  queueUrl: optional(
    'QUEUE_URL',
    'Redis or Valkey for the queues; empty: the database',
    url('redis', 'rediss'),
  ),
  redisUrl: optional(
    'REDIS_URL',
    'Redis for the bus and the cache; empty: the database and memory',
    url('redis', 'rediss'),
  ),
  objectsUrl: optional(
    'OBJECTS_URL',
    '`s3://key:secret@host:port/bucket?region=…&tls=false`; empty: a folder in `DATA_DIR`',
    url('s3'),
  ),
  objectsKeys: setting(
    'OBJECTS_KEY',
    '',
    '32 random bytes in base64 that seal every file in the store; older keys after it, separated by commas; empty: files are not sealed',
    readSealKeys,
  ),
  operationsUrl: optional(
    'OPERATIONS_URL',
    'where the operations dashboard listens; the API passes `/ops` on to it',
    url('http', 'https'),
  ),
  telegramToken: optional(
    'TELEGRAM_BOT_TOKEN',
    'token from @BotFather; empty: the bot is off',
    anyText,
  ),
  telegramApiUrl: setting(
    'TELEGRAM_API_URL',
    'https://api.telegram.org',
    'Bot API server',
    url('http', 'https'),
  ),
  trustProxy: setting(
    'TRUST_PROXY',
    'false',
    'proxies in front: `false`, their number, or their addresses',
    proxyTrust,
  ),
  corsOrigins: setting(
    'CORS_ORIGINS',
    '',
    'origins whose pages may call the API, separated by commas',
    origins,
  ),
  logLevel: setting(
    'LECTERN_LOG_LEVEL',
    'info',
    'how much is logged',
    choice('trace', 'debug', 'info', 'warn', 'error', 'silent'),
  ),
  databasePool: setting(
    'LECTERN_DATABASE_POOL',
    '10',
    'database connections a process may hold',
    wholeNumber(2, 500),
  ),
  statementTimeoutMs: setting(
    'LECTERN_STATEMENT_TIMEOUT_MS',
    '15000',
    'longest a database statement may take',
    wholeNumber(100, 3_600_000),
  ),
  maxBodyBytes: setting('LECTERN_MAX_BODY', '1MB', 'largest JSON body', bytes),
  maxUploadBytes: setting('LECTERN_MAX_UPLOAD', '4GB', 'largest file', bytes),
  userQuotaBytes: setting(
    'LECTERN_USER_QUOTA',
    '50GB',
    'how much all files that one person uploaded may take; `off` for no limit',
    quota,
  ),
  courseQuotaBytes: setting(
    'LECTERN_COURSE_QUOTA',
    'off',
    'how much all files of one course may take; `off` for no limit',
    quota,
  ),
  bodyTimeoutMs: setting(
    'LECTERN_BODY_TIMEOUT_MS',
    '20000',
    'longest a JSON body may take to arrive, and an upload may pause',
    wholeNumber(100, 3_600_000),
  ),
  smtpUrl: optional(
    'SMTP_URL',
    '`smtp://user:password@host:587` or `smtps://…`; empty: mails are written to a folder in `DATA_DIR`',
    url('smtp', 'smtps'),
  ),
  mailFrom: setting('MAIL_FROM', 'Lectern <lectern@localhost>', 'who mails come from', anyText),
  tokenKeysFile: optional(
    'TOKEN_KEYS_FILE',
    'keys that sign access tokens and links, the same for all API processes; empty: made in `DATA_DIR`',
    anyText,
  ),
  passwordCost: setting(
    'LECTERN_ARGON2',
    'm=19456,t=2,p=1',
    'cost of a password hash: memory in KiB, passes, lanes; raised at the next login',
    argon2Cost,
  ),
  sessionDays: setting(
    'LECTERN_SESSION_DAYS',
    '30',
    'how long a login lasts that is not refreshed',
    wholeNumber(1, 365),
  ),
  rateLimit: setting(
    'LECTERN_RATE_LIMIT',
    '6000/min',
    'requests of one person, or of one address where nobody is logged in; `off` for none',
    rate,
  ),
  loginRateLimit: setting(
    'LECTERN_LOGIN_RATE_LIMIT',
    '300/min',
    'logins, registrations and mails asked for from one address; wrong passwords wait longer each time',
    rate,
  ),
  uploadRateLimit: setting(
    'LECTERN_UPLOAD_RATE_LIMIT',
    '600/min',
    'upload requests of one person',
    rate,
  ),
  tessdataFolder: optional(
    'TESSDATA_PREFIX',
    "folder with Tesseract's `eng.traineddata` and `rus.traineddata`; empty: looked for where systems keep it",
    anyText,
  ),
  ocrLanguages: setting(
    'LECTERN_OCR_LANGUAGES',
    'eng+rus',
    'languages of text in pictures, as Tesseract names them',
    ocrLanguages,
  ),
  ocrReaders: setting(
    'LECTERN_OCR_READERS',
    '0',
    'pictures that one process reads at a time; 0 for as many as it has cores',
    wholeNumber(0, 256),
  ),
  speechEngine: setting(
    'LECTERN_SPEECH',
    'auto',
    'who writes down what is said: `server` (`SPEECH_URL`), `whisper` (the model that `npm run models` brings), `pocketsphinx` (English, a rough draft), the first of these that is there (`auto`), or nobody (`off`)',
    choice('auto', 'server', 'whisper', 'pocketsphinx', 'off'),
  ),
  speechUrl: optional(
    'SPEECH_URL',
    'server with the API of OpenAI that writes down speech, such as `http://127.0.0.1:8000` (whisper.cpp, speaches, vLLM) or `https://api.openai.com`',
    url('http', 'https'),
  ),
  speechKey: optional('SPEECH_KEY', 'what that server wants as a bearer token', anyText),
  speechModel: setting('SPEECH_MODEL', 'whisper-1', 'model that it is to use', anyText),
  speechPieces: setting(
    'LECTERN_SPEECH_PIECES',
    '0',
    'pieces of recordings that one process has written down at a time; 0 for as many as is good',
    wholeNumber(0, 256),
  ),
  videoEncoder: setting(
    'LECTERN_VIDEO_ENCODER',
    'auto',
    'what encodes video: `nvenc`, `vaapi`, `videotoolbox`, the first of these that works here (`auto`), or the processor (`software`)',
    choice('auto', 'software', 'nvenc', 'vaapi', 'videotoolbox'),
  ),
  modelsUrl: setting(
    'MODELS_URL',
    'https://huggingface.co',
    'where `npm run models` gets models from',
    url('http', 'https'),
  ),
  shutdownMs: setting(
    'LECTERN_SHUTDOWN_MS',
    '30000',
    'how long running work may go on after a stop is asked for',
    wholeNumber(0, 600_000),
  ),
} as const;

export type Config = {
  readonly [K in keyof typeof settings]: ReturnType<(typeof settings)[K]['read']>;
};

/** The file beside package.json that may hold settings. */
const envFile = join(import.meta.dirname, '..', '.env');

/** Reads settings from `env` over `.env`, or throws one error that names every fault and its remedy. */
export function readConfig(
  env: NodeJS.ProcessEnv = process.env,
  file: string | null = envFile,
): Config {
  const fromFile = file !== null && existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {};
  const given = { ...fromFile, ...env };
  const faults = findUnknownNames(Object.keys(given));
  const entries = Object.entries(settings).map(([key, { name, read }]) => {
    try {
      return [key, read(given[name]?.trim() || undefined)];
    } catch (error) {
      faults.push(describeFault(name, given[name] ?? '', error));
      return [key, undefined];
    }
  });
  if (faults.length > 0) throw new ConfigError(faults);
  const config: Config = Object.fromEntries(entries);
  return { ...config, dataDir: resolve(import.meta.dirname, '..', config.dataDir) };
}

/** Where `npm start` writes the address of the database it brought, for commands beside it. */
export function databaseUrlFile(dataDir: string): string {
  return join(dataDir, 'secrets', 'database-url');
}

/** What may hold a password is not repeated. */
function describeFault(name: string, value: string, error: unknown): string {
  const advice = error instanceof Error ? error.message : String(error);
  return value.includes('@')
    ? `${name} does not fit: ${advice}`
    : `${name} is "${value}": ${advice}`;
}

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.faults = faults;
  }
}

function findUnknownNames(names: readonly string[]): string[] {
  const known = new Set<string>(Object.values(settings).map(({ name }) => name));
  return names
    .filter((name) => name.startsWith('LECTERN_') && !known.has(name))
    .map((name) => `${name} is not a setting. ${adviseOn(name, [...known])}`);
}

function adviseOn(name: string, known: readonly string[]): string {
  const near = known.find((candidate) => countEdits(name, candidate) <= 3);
  return near ? `Write ${near} instead.` : 'Remove it; README.md lists the settings there are.';
}

function countEdits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, swap));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
