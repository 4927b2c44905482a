import { type Html, html } from '@lectern/db/html';

export function renderHidden(name: string, value: string): Html {
  return html`<input type="hidden" name="${name}" value="${value}" />`;
}

export function renderName(name: string | undefined): Html {
  return html`<label for="name">Your name</label>
    <input id="name" name="name" autocomplete="name" required maxlength="200" value="${name}" />`;
}

export function renderEmail(email: string | undefined): Html {
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

export function renderPassword(kind: 'current-password' | 'new-password'): Html {
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

/** Other things to do here, for whoever did not come for the form above. */
export function renderWays(ways: readonly (readonly [href: string, text: string])[]): Html {
  if (ways.length === 0) return html``;
  return html`<ul class="ways">
    ${ways.map(([href, text]) => html`<li><a href="${href}">${text}</a></li> `)}
  </ul>`;
}
