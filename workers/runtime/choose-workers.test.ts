import assert from 'node:assert/strict';
import { test } from 'node:test';
import { registry } from '../registry.ts';
import { chooseWorkers } from './choose-workers.ts';

test('every contract has one worker', () => {
  const chosen = chooseWorkers(registry, []);
  assert.ok('workers' in chosen, 'fault' in chosen ? chosen.fault : '');
  assert.equal(chosen.workers.length, registry.length);
});

test('names choose workers', () => {
  const chosen = chooseWorkers(registry, ['index', 'extract']);
  assert.ok('workers' in chosen);
  assert.deepEqual(chosen.workers.map(({ name }) => name).toSorted(), ['extract', 'index']);
});

test('an unknown name is answered with the names there are', () => {
  const chosen = chooseWorkers(registry, ['orc']);
  assert.ok('fault' in chosen);
  assert.match(chosen.fault, /No worker is named orc\. There are .*extract/);
});

test('a contract without a worker and one with two are faults', () => {
  const [first] = registry;
  assert.ok(first);
  const missing = chooseWorkers(registry.slice(1), []);
  const twice = chooseWorkers([...registry, first], []);
  assert.match('fault' in missing ? missing.fault : '', /has 0 workers/);
  assert.match('fault' in twice ? twice.fault : '', /has 2 workers/);
});
