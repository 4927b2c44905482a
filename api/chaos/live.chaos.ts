import { test } from 'node:test';
import { killWhileTyping } from './typing.ts';

test('50 kills of the API while 10 people type', () => killWhileTyping({ clients: 10, kills: 50 }));
