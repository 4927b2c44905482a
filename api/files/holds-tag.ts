/** Whether `If-None-Match` or `If-Match` names this tag; a weak one is the same here. */
export function holdsTag(header: string | undefined, tag: string): boolean {
  const known = (header ?? '').split(',').map((one) => one.trim().replace(/^W\//, ''));
  return known.some((one) => one === tag || one === '*');
}
