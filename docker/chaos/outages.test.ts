import { test } from 'node:test';
import { isOnPath } from '../programs.mjs';
import { killApi, killRedis, stopDatabase } from './outages.ts';

const skip = !isOnPath('redis-server') && 'this machine has no redis-server';

test('kill -9 of the API leaves no row without its job and no job without its row', () =>
  killApi(5));
test('what was acknowledged before a database crash is there after it', () => stopDatabase(2));
test('a Redis that is killed loses no work', { skip }, () => killRedis({ times: 2, keeps: true }));
