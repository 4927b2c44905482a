import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const lists = ['package.json', 'package-lock.json'];
const wanted = join(import.meta.dirname, 'packages');

/** Brings the packages that run models, each with its checksum, into their folder. False if they were there. */
export async function installPackages(folder: string, npm = 'npm'): Promise<boolean> {
  await mkdir(folder, { recursive: true });
  if (await isInstalled(folder)) return false;
  for (const name of lists) await copyFile(join(wanted, name), join(folder, name));
  // Install scripts of these would fetch what only graphics cards need.
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--omit=dev'];
  const child = spawn(npm, args, { cwd: folder, stdio: ['ignore', 2, 2] });
  const [code, by] = await once(child, 'exit');
  if (code === 0) return true;
  throw new Error(`npm could not install the packages: it ended with ${by ?? code}`);
}

/** What npm writes when all is there is as the list says. */
async function isInstalled(folder: string): Promise<boolean> {
  const [list, there] = await Promise.all([
    readPackages(join(wanted, 'package-lock.json')),
    readPackages(join(folder, 'node_modules', '.package-lock.json')),
  ]);
  return Object.entries(list).every(
    ([path, { integrity, optional }]) =>
      path === '' || optional === true || there[path]?.integrity === integrity,
  );
}

type Packages = Record<string, { readonly integrity?: string; readonly optional?: boolean }>;

async function readPackages(file: string): Promise<Packages> {
  try {
    const { packages }: { packages?: Packages } = JSON.parse(await readFile(file, 'utf8'));
    return packages ?? {};
  } catch {
    return {};
  }
}
