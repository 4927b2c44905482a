import { test } from 'node:test';
import { killVideoMakers } from './kill-video-makers.ts';

test('kill -9 at twenty points in ten videos', () => killVideoMakers({ videos: 10 }));
