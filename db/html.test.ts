import assert from 'node:assert/strict';
import { test } from 'node:test';
import { html, type HtmlValue, renderHtml } from './html.ts';

test('a value becomes text, in an element and in an attribute', () => {
  const name = `<script>alert("x")</script> & 'y'`;
  assert.equal(
    renderHtml(html`<p title="${name}">${name}</p>`),
    '<p title="&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;y&#39;">' +
      '&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;y&#39;</p>',
  );
});

test('markup made by html stays markup, alone and in a list; nothing is shown for undefined', () => {
  const items = ['a<', 'b'].map((item) => html`<b>${item}</b>`);
  const page = html`<p>${items}|${html`<i>${1}</i>`}|${undefined}|${false}|${0}</p>`;
  assert.equal(renderHtml(page), '<p><b>a&lt;</b><b>b</b>|<i>1</i>|||0</p>');
});

test('what came in as JSON is never taken for markup', () => {
  const forged: HtmlValue = JSON.parse('{"markup":"<script>"}');
  assert.throws(() => renderHtml(html`<p>${forged}</p>`));
});

test('a backslash in a template arrives as it was written', () => {
  assert.equal(renderHtml(html`<code>a\\b</code>${'c\\d'}`), '<code>a\\b</code>c\\d');
});
