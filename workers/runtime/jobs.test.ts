import { testRedisUrl } from '@lectern/db/testing/fresh-redis';
import { describe } from 'node:test';
import { testJobs } from './jobs.suite.ts';

testJobs('postgres');
if (testRedisUrl === undefined) describe.skip('jobs on redis: this machine has no redis-server');
else testJobs('redis');
