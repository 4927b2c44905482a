import { test } from 'node:test';
import { killReaders } from './kill-readers.ts';

test('kill -9 eight times in a scanned book of 200 pages', () =>
  killReaders({ pages: 200, kills: 8 }));
