import { Problem } from '../problems/problem.ts';
import { chooseLocalPath } from './local-path.ts';

export type LoginForm = {
  readonly email: string;
  readonly name: string;
  readonly password: string;
  readonly next: string;
};

/** The fields of a form, tidied as the API tidies them; what is missing is empty. */
export function readForm(body: unknown): LoginForm {
  if (!(body instanceof URLSearchParams)) throw notAForm();
  const field = (name: string) => body.get(name) ?? '';
  return {
    email: field('email').normalize('NFC').trim().toLowerCase(),
    name: field('name').normalize('NFC').trim(),
    password: field('password'),
    next: chooseLocalPath(field('next')),
  };
}

/** What is wrong with a new account, in a sentence, with the limits that the API has too. */
export function findAccountFault({ email, name, password }: LoginForm): string | undefined {
  if (name === '' || name.length > 200 || /\p{Cc}/u.test(name)) return 'Give a name of one line.';
  if (email.length > 254 || !/^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u.test(email)) {
    return 'Give an email address, such as you@example.org.';
  }
  if (password.length < 10) return 'Choose a password of at least 10 characters.';
  return password.length > 200 ? 'Choose a password of at most 200 characters.' : undefined;
}

function notAForm(): Problem {
  return new Problem({
    status: 415,
    code: 'unsupported_media_type',
    detail: 'This address takes forms. Programs log in at POST /v1/auth/login.',
  });
}
