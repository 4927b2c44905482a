import { test } from 'node:test';
import { killWhileTyping } from './typing.ts';

test('kill -9 of the API loses nothing that anybody saw of another, and all come together again', () =>
  killWhileTyping({ clients: 10, kills: 5 }));
