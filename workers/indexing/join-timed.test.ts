import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joinPieces } from './join-pieces.ts';

const said = (seconds: readonly number[], words = (at: number) => `at ${at}.`) =>
  seconds.map((at) => ({ text: words(at), place: { startTime: at, endTime: at + 9 } }));
const everyTen = Array.from({ length: 30 }, (_, i) => i * 10);

test('what is said is found in sections of a minute that overlap, each with its time', () => {
  const sections = joinPieces(said(everyTen));
  assert.deepEqual(sections[0], {
    text: 'at 0. at 10. at 20. at 30. at 40. at 50.',
    place: { startTime: 0, endTime: 59 },
  });
  assert.match(sections[1]?.text ?? '', /^at 50\. .* at 100\.$/);
  const all = sections.map(({ text }) => text).join(' ');
  for (const at of everyTen) assert.ok(all.includes(`at ${at}.`), `${at} is there`);
});

test('a change changes one section or two, and what is alone in an overlap makes no section', () => {
  const before = new Set(joinPieces(said(everyTen)).map(({ text }) => text));
  const changed = joinPieces(said(everyTen, (at) => (at === 120 ? 'other.' : `at ${at}.`)));
  const fresh = changed.filter(({ text }) => !before.has(text));
  assert.ok(fresh.length >= 1 && fresh.length <= 2, `${fresh.length} changed`);
  assert.equal(joinPieces(said([0, 50])).length, 1);
  assert.equal(joinPieces(said([0, 70])).length, 2);
});
