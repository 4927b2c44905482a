import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Op } from '@lectern/db/graph/ops';
import { Type } from 'typebox';
import { Problem } from '../problems/problem.ts';
import { checkWithTypeBox } from './validation.ts';

const body = Type.Object({ ops: Type.Array(Op, { minItems: 1, maxItems: 2 }) });
const check = checkWithTypeBox({ schema: body, method: 'POST', url: '/', httpPart: 'body' });
const node = { type: 'lesson', title: 'Ebb' };

function faultsOf(ops: unknown): readonly string[] {
  const answer: unknown = check({ ops });
  const error: unknown = Reflect.get(Object(answer), 'error');
  const faults = error instanceof Problem ? (error.errors ?? []) : [];
  return faults.map(({ path, message }) => `${path} ${message}`);
}

test('of an op only what is wrong with it is told, and not what other ops would want', () => {
  const add = { op: 'node.add', node };
  assert.deepEqual(faultsOf([add]), []);
  const cases: readonly (readonly [unknown, readonly string[]])[] = [
    [
      [add, { op: 'node.add', node: { ...node, type: 'hologram' } }],
      ['body.ops.1.node.type must be one of section, lesson, video, quiz, assignment'],
    ],
    [[{ op: 'node.add', node: { type: 'lesson' } }], ['body.ops.0.node.title is missing']],
    [[{ op: 'node.move', id: 'a' }], ['body.ops.0.position is missing']],
    [[{ ...add, extra: 1 }], ['body.ops.0.extra is not known here']],
    [[add, add, add], ['body.ops must not have more than 2 items']],
    [[], ['body.ops must not have fewer than 1 items']],
    ['x', ['body.ops must be array']],
  ];
  for (const [ops, faults] of cases) assert.deepEqual(faultsOf(ops), faults);
});

test('an op that there is not is told which there are', () => {
  for (const op of [{ op: 'node.explode', id: 'a' }, { op: 7 }]) {
    const [fault, ...others] = faultsOf([op]);
    assert.match(fault ?? '', /^body\.ops\.0\.op must be one of node\.add, .*edge\.remove$/);
    assert.deepEqual(others, []);
  }
  assert.deepEqual(faultsOf([{}]), ['body.ops.0.op is missing']);
});
