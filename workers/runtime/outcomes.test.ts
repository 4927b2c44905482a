import { testRedisUrl } from '@lectern/db/testing/fresh-redis';
import { testOutcomes } from './outcomes.suite.ts';

testOutcomes('postgres');
testOutcomes('redis', testRedisUrl === undefined && 'this machine has no redis-server');
