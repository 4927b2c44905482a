import { test } from 'node:test';
import { killApi, killRedis, stopDatabase } from './outages.ts';

test('200 kills of the API', () => killApi(200));
test('10 immediate stops of PostgreSQL under load', () => stopDatabase(10));
test('5 kills of a Redis that writes a log', () => killRedis({ times: 5, keeps: true }));
test('5 kills of a Redis that keeps nothing', () => killRedis({ times: 5, keeps: false }));
