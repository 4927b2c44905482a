import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from './new-id.ts';
import { readMentions } from './read-mentions.ts';

const [ann, bob] = [newId(), newId()];

for (const [what, body, expected] of [
  ['a text of nobody', 'Write to ann@example.org (Ann) about [this].', []],
  ['one person', `Look, @[Ann](${ann})!`, [ann]],
  ['two, one of them twice', `@[Bob](${bob})@[Ann](${ann})\n@[B.](${bob})`, [bob, ann]],
  ['a name with brackets', `@[Ann [she] (A.)](${ann})`, [ann]],
  ['a link that is none', `@[docs](https://example.org) by @[Ann](${ann})`, [ann]],
  ['a link without the sign', `[Ann](${ann})`, []],
  ['an id of another form', `@[Ann](${ann}0) @[Ann](${ann.slice(1)})`, []],
  ['an id in capitals', `@[Ann](${ann.toUpperCase()})`, [ann]],
  ['a name over two lines', `@[An\nn](${ann})`, []],
  ['no name', `@[](${ann})`, []],
] as const) {
  test(`in ${what} those are mentioned whose id stands behind a name`, () => {
    assert.deepEqual(readMentions(body), expected);
  });
}

test('a text that only looks like mentions is read in no time', () => {
  const beganAt = performance.now();
  assert.deepEqual(readMentions('@['.repeat(5_000)), []);
  assert.ok(performance.now() - beganAt < 1_000);
});
