import { Problem } from '../problems/problem.ts';
import { tusVersion } from './speak-tus.ts';

export function otherVersion(): Problem {
  const detail = `Send \`Tus-Resumable: ${tusVersion}\`; this is the version that is spoken here.`;
  const headers = { 'tus-version': tusVersion };
  return new Problem({ status: 412, code: 'tus_version_unsupported', detail, headers });
}

export function expired(): Problem {
  const detail = 'Nobody went on with this upload for a day, so it is gone. Begin again.';
  return new Problem({ status: 410, code: 'upload_expired', detail });
}

export function tooMany(mostOpen: number): Problem {
  const detail = `You have ${mostOpen} uploads that are not finished. Go on with these or give them up.`;
  return new Problem({ status: 429, code: 'too_many_uploads', detail });
}
