import { isEmail, normalizeEmail } from '../access/email.ts';
import { isLine } from '../routes/shapes.ts';
import { Problem } from '../problems/problem.ts';
import { chooseLocalPath } from './local-path.ts';

/** What forms of the pages send; what is missing is empty. */
export type PageForm = {
  readonly email: string;
  readonly name: string;
  readonly password: string;
  readonly next: string;
  /** The secret of the mailed link that led to the form. */
  readonly token: string;
  readonly invitation: string;
  readonly csrf: string;
};

export function readForm(body: unknown): PageForm {
  if (!(body instanceof URLSearchParams)) throw notAForm();
  const field = (name: string) => body.get(name) ?? '';
  return {
    email: field('email').trim(),
    name: field('name').trim(),
    password: field('password'),
    next: chooseLocalPath(field('next')),
    token: field('token'),
    invitation: field('invitation'),
    csrf: field('csrf'),
  };
}

/** The secret in the address of a mailed link. */
export function readToken(query: { readonly token?: unknown }): string {
  return typeof query.token === 'string' ? query.token : '';
}

/** What is wrong with a new account, in a sentence, with the limits that the API has too. */
export function findAccountFault({ email, name, password }: PageForm): string | undefined {
  if (!isLine(name, 200)) return 'Give a name of one line.';
  return findEmailFault(email) ?? findPasswordFault(password);
}

export function findEmailFault(email: string): string | undefined {
  const isGood = isEmail(normalizeEmail(email));
  return isGood ? undefined : 'Give an email address, such as you@example.org.';
}

export function findPasswordFault(password: string): string | undefined {
  if (password.length < 10) return 'Choose a password of at least 10 characters.';
  return password.length > 200 ? 'Choose a password of at most 200 characters.' : undefined;
}

function notAForm(): Problem {
  return new Problem({
    status: 415,
    code: 'unsupported_media_type',
    detail:
      'This address takes forms. Programs call the API of /docs: POST /v1/auth/login and others.',
  });
}
