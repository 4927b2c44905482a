import { testRedisUrl } from '@lectern/db/testing/fresh-redis';
import { testDelivery } from './delivery.suite.ts';

testDelivery('postgres');
testDelivery('redis', testRedisUrl === undefined && 'this machine has no redis-server');
