import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gatherPassages } from './gather-passages.ts';

const said = Array.from({ length: 200 }, (_, i) => ({
  startMs: i * 3_000,
  endMs: i * 3_000 + 2_800,
  text: `cue ${i}${i % 3 === 0 ? '.' : ''}`,
}));

test('every cue is in one passage, and none goes on for long', () => {
  const passages = gatherPassages(said);
  assert.equal(passages.map(({ text }) => text).join(' '), said.map(({ text }) => text).join(' '));
  assert.ok(passages.every(({ startMs, endMs }) => endMs - startMs <= 30_000));
  assert.ok(passages.length > 20 && passages.length < 60, `${passages.length} passages`);
});

test('a change of one cue leaves all passages but its own', () => {
  const before = new Set(gatherPassages(said).map((passage) => JSON.stringify(passage)));
  const changed = said.map((cue, i) => (i === 100 ? { ...cue, text: 'quite other words' } : cue));
  const after = gatherPassages(changed).map((passage) => JSON.stringify(passage));
  const fresh = after.filter((passage) => !before.has(passage));
  assert.equal(fresh.length, 1);
  assert.match(fresh[0] ?? '', /quite other words/);
});

test('a long pause ends a passage, however short it is', () => {
  const [first, second] = gatherPassages([
    { startMs: 0, endMs: 900, text: 'Hello' },
    { startMs: 60_000, endMs: 61_000, text: 'there' },
  ]);
  assert.deepEqual([first?.text, second?.startMs], ['Hello', 60_000]);
});
