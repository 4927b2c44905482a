import { workerData } from 'node:worker_threads';

type Watch = { beats: Int32Array; beatMs: number; mostMissed: number; parent: number | undefined };

const { beats, beatMs, mostMissed, parent }: Watch = workerData;
let seen = -1;
let missed = 0;

// Counts looks, not time: a process that was frozen as a whole has missed none.
setInterval(() => {
  const now = Atomics.load(beats, 0);
  missed = now === seen ? missed + 1 : 0;
  seen = now;
  const isOrphan = parent !== undefined && process.ppid !== parent;
  if (missed > mostMissed || isOrphan) process.kill(process.pid, 'SIGKILL');
}, beatMs);
