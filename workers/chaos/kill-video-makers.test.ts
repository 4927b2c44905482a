import { test } from 'node:test';
import { killVideoMakers } from './kill-video-makers.ts';

test('kill -9 in the middle of a video: it costs what was being made and nothing else', () =>
  killVideoMakers({ videos: 1 }));
