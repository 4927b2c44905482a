import { type Html, html } from '@lectern/db/html';
import type { Viewer } from '@lectern/db/postgres/sessions';
import { renderPage } from './layout.ts';

/** What the person typed, shown again, and what is wrong with it. The password is not shown again. */
export type FormView = {
  readonly next: string;
  readonly email?: string;
  readonly name?: string;
  readonly fault?: string;
};

export function renderLogin(view: FormView): string {
  return renderPage({
    title: view.fault === undefined ? 'Log in · Lectern' : 'Not logged in · Lectern',
    path: '/login',
    main: html`<div class="narrow">
      <h1>Log in</h1>
      ${renderFault(view)}
      <form method="post" action="/login">
        ${renderNext(view)} ${renderEmail(view)} ${renderPassword('current-password')}
        <button type="submit">Log in</button>
      </form>
    </div>`,
  });
}

export function renderFirstAccount(view: FormView): string {
  return renderPage({
    title: 'The first account · Lectern',
    path: '/login',
    main: html`<div class="narrow">
      <h1>The first account</h1>
      <p class="lead">Nobody has an account here yet. The one you make now is the admin's.</p>
      ${renderFault(view)}
      <form method="post" action="/login/first">
        ${renderNext(view)}
        <label for="name">Your name</label>
        <input
          id="name"
          name="name"
          autocomplete="name"
          required
          maxlength="200"
          value="${view.name}"
        />
        ${renderEmail(view)} ${renderPassword('new-password')}
        <button type="submit">Make the account</button>
      </form>
    </div>`,
  });
}

export function renderLoggedIn({ name, email, role }: Viewer, next: string): string {
  const isOperator = role !== 'user';
  return renderPage({
    title: 'Logged in · Lectern',
    path: '/login',
    isLoggedIn: true,
    main: html`<div class="narrow">
      <h1>Logged in</h1>
      <p class="lead">You are ${name} (${email}), ${roles[role]}.</p>
      ${next !== '/' && html`<p><a href="${next}">Go on to where you were going</a></p>`}
      ${isOperator && html`<p><a href="/ops">Operations</a></p>`}
      <form method="post" action="/logout"><button type="submit">Log out</button></form>
    </div>`,
  });
}

/** Instead of a form, while nobody can be logged in. */
export function renderAway(): string {
  return renderPage({
    title: 'The database does not answer · Lectern',
    path: '/login',
    main: html`<div class="narrow">
      <h1>Not just now</h1>
      <p class="lead">
        The database does not answer, so nobody can be logged in. Try again in some seconds;
        <a href="/">the first page</a> says what is away.
      </p>
    </div>`,
  });
}

const roles = { user: 'a user', operator: 'an operator', admin: 'an admin' } as const;

function renderFault({ fault }: FormView): Html | undefined {
  return fault === undefined ? undefined : html`<p class="note bad" role="alert">${fault}</p>`;
}

function renderNext({ next }: FormView): Html {
  return html`<input type="hidden" name="next" value="${next}" />`;
}

function renderEmail({ email }: FormView): Html {
  return html`<label for="email">Email</label>
    <input
      id="email"
      name="email"
      type="email"
      autocomplete="username"
      required
      maxlength="254"
      value="${email}"
    />`;
}

function renderPassword(kind: 'current-password' | 'new-password'): Html {
  const isNew = kind === 'new-password';
  return html`<label for="password">Password</label>
    ${isNew && html`<span class="hint" id="password-hint">At least 10 characters.</span>`}
    <input
      id="password"
      name="password"
      type="password"
      autocomplete="${kind}"
      required
      maxlength="200"
      ${isNew && html`minlength="10" aria-describedby="password-hint"`}
    />`;
}
