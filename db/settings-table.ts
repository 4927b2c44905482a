import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { settings } from './config.ts';

/** Between these the README holds the table. */
const opening = '<!-- settings -->';
const closing = '<!-- /settings -->';

/** What every variable means and what it is when left out, in Markdown. */
export function renderSettingsTable(): string {
  const rows = Object.values(settings).map(({ name, fallback, meaning }) => [
    `\`${name}\``,
    fallback ? `\`${fallback}\`` : '',
    meaning,
  ]);
  const lines = [['Variable', 'Default', 'Meaning'], ['---', '---', '---'], ...rows];
  return lines.map((cells) => `| ${cells.map(escapeCell).join(' | ')} |`).join('\n');
}

/** The README with its table as it should be; throws when it has no place for one. */
export function replaceSettingsTable(readme: string): string {
  const start = readme.indexOf(opening);
  const end = readme.indexOf(closing);
  if (start === -1 || end < start) {
    throw new Error(`README.md has no place for the settings: add ${opening} and ${closing}.`);
  }
  const before = readme.slice(0, start + opening.length);
  return `${before}\n${renderSettingsTable()}\n${readme.slice(end)}`;
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|');
}

if (import.meta.main) {
  if (process.argv[2] === '--write') {
    const path = join(import.meta.dirname, '..', 'README.md');
    const readme = existsSync(path) ? readFileSync(path, 'utf8') : `${opening}\n${closing}\n`;
    writeFileSync(path, replaceSettingsTable(readme));
  } else {
    process.stdout.write(`${renderSettingsTable()}\n`);
  }
}
