import { canonicalTag } from '@lectern/db/materials/language-codes';
import { invalidRequest } from '../problems/problem.ts';

/** The language of captions as it is kept, so that `eng` and `EN` name the same as `en`; `und` is none. */
export function readLanguage(given: string): string {
  if (/^und$/i.test(given)) return 'und';
  const tag = canonicalTag(given);
  if (tag !== undefined) return tag;
  const message = 'is no language; write it as `en` or `pt-BR`, or `und` where nobody knows';
  throw invalidRequest([{ path: 'query.language', message }]);
}
