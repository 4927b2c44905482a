import { test } from 'node:test';
import { killReaders } from './kill-readers.ts';

test('kill -9 in the middle of a scanned book: it goes on at the page', () =>
  killReaders({ pages: 24, kills: 2 }));
