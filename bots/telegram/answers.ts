import type { Status } from './read-status.ts';

export type Language = 'en' | 'ru';

/** Telegram sends an IETF tag such as `ru` or `en-GB`, or nothing. */
export function chooseLanguage(languageCode: string | undefined): Language {
  return languageCode?.toLowerCase().split('-', 1)[0] === 'ru' ? 'ru' : 'en';
}

/** What the bot can do, as Telegram shows it in its menu. */
export const commands = {
  en: [
    { command: 'start', description: 'what this is' },
    { command: 'status', description: 'whether everything is at work' },
    { command: 'help', description: 'what I understand' },
  ],
  ru: [
    { command: 'start', description: 'что это такое' },
    { command: 'status', description: 'всё ли работает' },
    { command: 'help', description: 'что я понимаю' },
  ],
} as const;

/** Everything the bot says, as plain text. */
export type Answers = {
  readonly start: (publicUrl: string | undefined) => string;
  readonly help: () => string;
  readonly unknown: () => string;
  readonly status: (status: Status) => string;
};

const english: Answers = {
  start: (publicUrl) =>
    [
      'This is Lectern, a course platform: files become courses that can be searched and cited.',
      ...(publicUrl === undefined ? [] : [`It is here: ${publicUrl}`]),
      'Send /status to see whether everything is at work, /help for what I understand.',
    ].join('\n\n'),
  help: () => listCommands('I understand:', commands.en),
  unknown: () => listCommands('I do not understand that yet. I understand:', commands.en),
  status: (status) => {
    if (status.kind === 'ready') return 'Everything is at work.';
    if (status.kind === 'away') return 'Lectern does not answer just now. Try again in a minute.';
    return `Lectern answers, but not all of it: ${name(status.missing, partsInEnglish)}.`;
  },
};

const russian: Answers = {
  start: (publicUrl) =>
    [
      'Это Lectern, платформа курсов: файлы становятся курсами, в которых можно искать и на которые можно ссылаться.',
      ...(publicUrl === undefined ? [] : [`Она здесь: ${publicUrl}`]),
      'Отправьте /status, чтобы узнать, всё ли работает, или /help, чтобы увидеть, что я понимаю.',
    ].join('\n\n'),
  help: () => listCommands('Я понимаю:', commands.ru),
  unknown: () => listCommands('Этого я пока не понимаю. Я понимаю:', commands.ru),
  status: (status) => {
    if (status.kind === 'ready') return 'Всё работает.';
    if (status.kind === 'away') return 'Lectern сейчас не отвечает. Попробуйте через минуту.';
    return `Lectern отвечает, но не весь: ${name(status.missing, partsInRussian)}.`;
  },
};

export const answers: Readonly<Record<Language, Answers>> = { en: english, ru: russian };

const partsInEnglish: Readonly<Record<string, string>> = {
  database: 'the database does not answer',
  objects: 'the files cannot be reached',
  bus: 'messages between its processes do not arrive',
  cache: 'the cache does not answer',
  queue: 'new files are kept but not worked on',
};

const partsInRussian: Readonly<Record<string, string>> = {
  database: 'не отвечает база данных',
  objects: 'недоступны файлы',
  bus: 'не доходят сообщения между процессами',
  cache: 'не отвечает кэш',
  queue: 'новые файлы сохраняются, но не обрабатываются',
};

function name(parts: readonly string[], names: Readonly<Record<string, string>>): string {
  return parts.map((part) => names[part] ?? part).join('; ');
}

type Command = { readonly command: string; readonly description: string };

function listCommands(first: string, list: readonly Command[]): string {
  return [first, ...list.map((each) => `/${each.command} – ${each.description}`)].join('\n');
}
