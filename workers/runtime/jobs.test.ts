import { testRedisUrl } from '@lectern/db/testing/fresh-redis';
import { testJobs } from './jobs.suite.ts';

testJobs('postgres');
testJobs('redis', testRedisUrl === undefined && 'this machine has no redis-server');
