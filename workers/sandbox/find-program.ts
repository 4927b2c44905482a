import { accessSync, constants } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

const usual = ['/usr/bin', '/bin', '/usr/sbin', '/sbin', '/usr/local/bin', '/opt/homebrew/bin'];

/** Where a program of the system lies; a child's environment is empty, so that nothing looks in a `PATH`. */
export function findProgram(name: string): string | undefined {
  const given = (process.env['PATH'] ?? '').split(delimiter).filter(isAbsolute);
  return [...given, ...usual].map((place) => join(place, name)).find(isThere);
}

function isThere(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
