import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from './define-engine.ts';

/** Files of V8's, by their place in the folder where a child looks for them. */
type Compiled = ReadonlyMap<string, Buffer>;

const made = new Map<string, Compiled>();
const making = new Set<string>();

/** What loading an engine costs most is compiling its code; here is what came of that, once it is there. */
export function compiledCode(engine: Engine): Compiled | undefined {
  const { name } = engine;
  if (!made.has(name) && !making.has(name)) void make(engine);
  return made.get(name);
}

/** Without it children only start more slowly: so an error is nobody's concern. */
async function make({ name, module }: Engine): Promise<void> {
  making.add(name);
  const folder = await mkdtemp(join(tmpdir(), 'lectern-code-')).catch(() => undefined);
  if (folder === undefined) return;
  try {
    // It sees no file of a stranger, so what it leaves can be believed; children only ever get copies.
    // The last one ends it, because nobody tells it anything.
    const parts = [module, import.meta.resolve('./child.ts')];
    const load = parts.map((part) => `await import(${JSON.stringify(part)});`).join('');
    const args = ['--no-warnings', '--input-type=module', '--eval', load];
    const env = { NODE_COMPILE_CACHE: folder };
    const child = spawn(process.execPath, args, { env, stdio: 'ignore' });
    child.unref();
    const [code] = await once(child, 'exit');
    if (code === 0) made.set(name, await readAll(folder));
  } catch {
    // As above.
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readAll(folder: string): Promise<Compiled> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return new Map(
    await Promise.all(
      files.map(async ({ parentPath, name }) => {
        const path = join(parentPath, name);
        return [path.slice(folder.length + 1), await readFile(path)] as const;
      }),
    ),
  );
}
