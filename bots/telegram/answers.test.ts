import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answers, chooseLanguage, commands } from './answers.ts';

test('whoever reads Russian is answered in Russian, everybody else in English', () => {
  for (const code of ['ru', 'RU', 'ru-RU']) assert.equal(chooseLanguage(code), 'ru');
  for (const code of ['en', 'en-GB', 'de', 'rue', '', undefined]) {
    assert.equal(chooseLanguage(code), 'en');
  }
});

test('the start names the public address, where there is one', () => {
  for (const { start } of Object.values(answers)) {
    assert.match(start('https://lectern.example'), /https:\/\/lectern\.example/);
    assert.doesNotMatch(start(undefined), /http|undefined/);
  }
});

test('the help lists every command of the menu, and nothing else does', () => {
  for (const language of ['en', 'ru'] as const) {
    for (const { command } of commands[language]) {
      assert.match(answers[language].help(), new RegExp(`^/${command} – `, 'm'));
      assert.match(answers[language].unknown(), new RegExp(`^/${command} – `, 'm'));
    }
  }
});

test('a status is told in words, also of a part that has no words yet', () => {
  const missing = ['database', 'queue', 'vectors'];
  for (const { status } of Object.values(answers)) {
    assert.doesNotMatch(status({ kind: 'partly', missing }), /\b(database|queue):/);
    assert.match(status({ kind: 'partly', missing }), /vectors/);
    const told = [{ kind: 'ready' }, { kind: 'away' }] as const;
    assert.equal(new Set(told.map(status)).size, 2);
  }
});
