import { readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from './define-engine.ts';
import { type Child, folderPrefix, startChild } from './start-child.ts';

// Children that have loaded their engine and wait for a file, so that a small one need not wait for them.

const mostSpares = 3;
const idleMs = 60_000;

const spares = new Map<string, { readonly child: Child; readonly timer: NodeJS.Timeout }>();
const starting = new Set<string>();
let hasSwept = false;

/** A child for one file. */
export async function takeChild(engine: Engine): Promise<Child> {
  if (!hasSwept) sweep();
  const spare = remove(engine.name);
  if (spare?.hasEnded === true) await spare.discard();
  const child = spare === undefined || spare.hasEnded ? await startChild(engine) : spare;
  child.hold(true);
  return child;
}

/** Makes a child ready for the next file. For when nobody waits: it takes as long as reading one does. */
export async function prepareChild(engine: Engine): Promise<void> {
  const { name } = engine;
  if (spares.has(name) || starting.has(name) || spares.size + starting.size >= mostSpares) return;
  starting.add(name);
  try {
    const child = await startChild(engine);
    child.hold(false);
    child.tell(JSON.stringify({ module: engine.module }));
    const timer = setTimeout(() => void remove(name)?.discard(), idleMs).unref();
    spares.set(name, { child, timer });
  } catch {
    // A child that is needed is started then, and says why it cannot be.
  } finally {
    starting.delete(name);
  }
}

function remove(name: string): Child | undefined {
  const spare = spares.get(name);
  if (spare === undefined) return undefined;
  spares.delete(name);
  clearTimeout(spare.timer);
  return spare.child;
}

/** What a process left that was killed; and at the end of this one what it has not used. */
function sweep(): void {
  hasSwept = true;
  for (const name of readdirSync(tmpdir())) {
    const [pid = ''] = name.slice(folderPrefix.length).split('-');
    if (!name.startsWith(folderPrefix) || isRunning(Number(pid))) continue;
    rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
  process.once('exit', () => {
    for (const { child } of spares.values()) {
      child.kill();
      rmSync(child.folder, { recursive: true, force: true });
    }
  });
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // It is there, and another person's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
