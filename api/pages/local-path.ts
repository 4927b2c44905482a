const here = 'http://here.invalid';

/** Where to go on after a login: an address of this site as it was given, else the first page. */
export function chooseLocalPath(given: unknown): string {
  if (typeof given !== 'string' || !given.startsWith('/') || !URL.canParse(given, here)) return '/';
  const { origin, pathname, search, hash } = new URL(given, here);
  // A browser reads `//host` and `/\host` as another site; `/..//host` becomes one only when resolved.
  return origin === here && !pathname.startsWith('//') ? `${pathname}${search}${hash}` : '/';
}

/** A page's address that remembers where to go on; the first page need not be remembered. */
export function withNext(path: string, next: string): string {
  return next === '/' ? path : `${path}?next=${encodeURIComponent(next)}`;
}
