import type { App } from '../app.ts';
import { unreadable } from '../problems/describe-error.ts';
import { Problem } from '../problems/problem.ts';

/** Refuses addresses that are not text: broken percent codes, bytes that are not UTF-8, NUL. */
export function checkAddresses(app: App): void {
  app.addHook('onRequest', async ({ url }) => {
    if (url.includes('%') && !isReadable(url)) throw new Problem(unreadable);
  });
}

function isReadable(url: string): boolean {
  try {
    return !decodeURIComponent(url).includes('\0');
  } catch {
    return false;
  }
}
