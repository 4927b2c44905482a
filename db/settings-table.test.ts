import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { settings } from './config.ts';
import { renderSettingsTable, replaceSettingsTable } from './settings-table.ts';

test('the README holds the table of settings as it is made from them', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  assert.equal(readme, replaceSettingsTable(readme), 'run `node db/settings-table.ts --write`');
});

test('the table has a row for each setting, with its default and meaning', () => {
  const lines = renderSettingsTable().split('\n');
  assert.equal(lines.length, Object.keys(settings).length + 2);
  assert.ok(lines.includes('| `PORT` | `3000` | port of the API |'));
  assert.ok(
    lines.includes('| `DATABASE_URL` |  | PostgreSQL ≥ 15; empty: `npm start` brings its own |'),
  );
});

test('a README keeps its words around the table', () => {
  const readme = 'before\n<!-- settings -->\nold\n<!-- /settings -->\nafter\n';
  const replaced = replaceSettingsTable(readme);
  assert.equal(
    replaced,
    `before\n<!-- settings -->\n${renderSettingsTable()}\n<!-- /settings -->\nafter\n`,
  );
  assert.equal(replaceSettingsTable(replaced), replaced);
});

test('a README without a place for the table is refused', () => {
  assert.throws(() => replaceSettingsTable('nothing here'), /add <!-- settings -->/);
});
