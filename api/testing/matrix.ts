import {
  admins,
  answering,
  authored,
  everybody,
  loggedIn,
  owned,
  reviewed,
  seen,
  staff,
  type Ask,
  type Row,
} from './matrix-columns.ts';

const at =
  (url: string, rest: Omit<Ask, 'url'> = {}) =>
  () => ({ url, ...rest });
const page = (url: string, status = 200): Row => ({ ask: at(url), any: everybody(status) });
const form = (url: string, status: number): Row => ({
  ask: at(url, { form: {} }),
  any: everybody(status),
});

const password = 'correct horse battery';
const token = 'x'.repeat(43);

/** Every route there is, with what each person gets. */
export const matrix: Readonly<Record<string, Row>> = {
  'GET /v1/courses/:id': { ask: ({ courseId: c }) => ({ url: `/v1/courses/${c}` }), ...seen },
  'PATCH /v1/courses/:id': {
    ask: ({ courseId: c }) => ({
      url: `/v1/courses/${c}`,
      headers: { 'if-match': '"1"' },
      body: { title: 'Other' },
    }),
    ...authored,
  },
  'DELETE /v1/courses/:id': {
    ask: ({ courseId: c }) => ({ url: `/v1/courses/${c}` }),
    ...answering(owned, 200, 204),
  },
  'GET /v1/courses/:id/graph': {
    ask: ({ courseId: c }) => ({ url: `/v1/courses/${c}/graph` }),
    ...seen,
  },
  'POST /v1/courses/:id/edits': {
    ask: ({ courseId: c }) => ({
      url: `/v1/courses/${c}/edits`,
      body: { ops: [{ op: 'node.add', node: { type: 'section', title: 'New' } }] },
    }),
    ...authored,
  },
  // Without an upgrade there is nothing to see; `course-live.test.ts` opens the sockets.
  'GET /v1/courses/:id/live': {
    ask: ({ courseId: c }) => ({ url: `/v1/courses/${c}/live` }),
    ...answering(seen, 200, 426),
  },
  'GET /v1/courses/:id/faults': {
    ask: ({ courseId: c }) => ({ url: `/v1/courses/${c}/faults` }),
    ...reviewed,
  },
  'GET /v1/courses/:id/presence': {
    ask: ({ courseId: c }) => ({ url: `/v1/courses/${c}/presence` }),
    ...reviewed,
  },
  'POST /v1/courses/:id/publish': {
    ask: ({ courseId: c }) => ({ url: `/v1/courses/${c}/publish` }),
    ...authored,
  },
  'POST /v1/courses/:id/duplicate': {
    ask: ({ courseId: c }) => ({ url: `/v1/courses/${c}/duplicate` }),
    ...answering(reviewed, 200, 201),
  },
  'POST /v1/courses/:id/unpublish': {
    ask: ({ courseId: c }) => ({ url: `/v1/courses/${c}/unpublish` }),
    ...authored,
  },
  'POST /v1/courses/:id/reindex': {
    ask: ({ courseId: c }) => ({ url: `/v1/courses/${c}/reindex` }),
    ...answering(authored, 200, 202),
  },
  // Of a course that is there: there is nothing to bring back. `course-life.test.ts` does.
  'POST /v1/courses/:id/restore': {
    ask: ({ courseId: c }) => ({ url: `/v1/courses/${c}/restore` }),
    any: loggedIn(404),
  },
  'GET /v1/courses/:id/materials': {
    ask: ({ courseId: c }) => ({ url: `/v1/courses/${c}/materials` }),
    ...seen,
  },
  'GET /v1/materials/:id': { ask: ({ materialId: m }) => ({ url: `/v1/materials/${m}` }), ...seen },
  'DELETE /v1/materials/:id': {
    ask: ({ materialId: m }) => ({ url: `/v1/materials/${m}` }),
    ...authored,
  },
  'GET /v1/materials/:id/text': {
    ask: ({ materialId: m }) => ({ url: `/v1/materials/${m}/text` }),
    ...seen,
  },
  'GET /v1/materials/:id/original': {
    ask: ({ materialId: m }) => ({ url: `/v1/materials/${m}/original` }),
    ...seen,
  },
  'GET /v1/materials/:id/thumbnail': {
    ask: ({ materialId: m }) => ({ url: `/v1/materials/${m}/thumbnail` }),
    ...seen,
  },
  'GET /v1/materials/:id/captions.txt': {
    ask: ({ materialId: m }) => ({ url: `/v1/materials/${m}/captions.txt` }),
    isVideo: true,
    ...seen,
  },
  'GET /v1/materials/:id/captions.srt': {
    ask: ({ materialId: m }) => ({ url: `/v1/materials/${m}/captions.srt` }),
    isVideo: true,
    ...seen,
  },
  'GET /v1/materials/:id/captions.vtt': {
    ask: ({ materialId: m }) => ({ url: `/v1/materials/${m}/captions.vtt` }),
    isVideo: true,
    ...seen,
  },
  'GET /v1/materials/:id/captions': {
    ask: ({ materialId: m }) => ({ url: `/v1/materials/${m}/captions` }),
    isVideo: true,
    ...seen,
  },
  // Without `If-Match`; `captions.test.ts` sends one.
  'PUT /v1/materials/:id/captions': {
    ask: ({ materialId: m }) => ({ url: `/v1/materials/${m}/captions`, body: { cues: [] } }),
    isVideo: true,
    ...answering(authored, 200, 428),
  },
  // Of a text; `captions.test.ts` does it with sound.
  'POST /v1/materials/:id/captions/regenerate': {
    ask: ({ materialId: m }) => ({ url: `/v1/materials/${m}/captions/regenerate` }),
    ...answering(authored, 200, 422),
  },
  'GET /v1/materials/:id/playback': {
    ask: ({ materialId: m }) => ({ url: `/v1/materials/${m}/playback` }),
    isVideo: true,
    ...seen,
  },
  'GET /v1/materials/:id/hls/master.m3u8': {
    ask: ({ materialId: m }) => ({ url: `/v1/materials/${m}/hls/master.m3u8` }),
    isVideo: true,
    ...seen,
  },
  'GET /v1/materials/:id/hls/:round/:rendition.m3u8': {
    ask: ({ materialId: m }) => ({ url: `/v1/materials/${m}/hls/1/audio-en.m3u8` }),
    isVideo: true,
    ...seen,
  },
  'GET /v1/materials/:id/hls/:round/key': {
    ask: ({ materialId: m }) => ({ url: `/v1/materials/${m}/hls/1/key` }),
    isVideo: true,
    ...seen,
  },
  'GET /v1/materials/:id/hls/:round/:rendition/:piece-:number.ts': {
    ask: ({ materialId: m }) => ({ url: `/v1/materials/${m}/hls/1/audio-en/0-0.ts` }),
    isVideo: true,
    ...seen,
  },
  'GET /v1/materials/:id/hls/:round/captions/:language.m3u8': {
    ask: ({ materialId: m }) => ({ url: `/v1/materials/${m}/hls/1/captions/en.m3u8` }),
    isVideo: true,
    ...seen,
  },
  'GET /v1/materials/:id/hls/:round/captions/:language.vtt': {
    ask: ({ materialId: m }) => ({ url: `/v1/materials/${m}/hls/1/captions/en.vtt` }),
    isVideo: true,
    ...seen,
  },
  'GET /v1/materials/:id/storyboard.vtt': {
    ask: ({ materialId: m }) => ({ url: `/v1/materials/${m}/storyboard.vtt` }),
    isVideo: true,
    ...seen,
  },
  'GET /v1/materials/:id/storyboard/:number.jpg': {
    ask: ({ materialId: m }) => ({ url: `/v1/materials/${m}/storyboard/1.jpg` }),
    isVideo: true,
    ...seen,
  },
  'GET /v1/materials/:id/watching': {
    ask: ({ materialId: m }) => ({ url: `/v1/materials/${m}/watching` }),
    isVideo: true,
    ...seen,
  },
  'PUT /v1/materials/:id/watching': {
    ask: ({ materialId: m }) => ({ url: `/v1/materials/${m}/watching`, body: { position: 1 } }),
    isVideo: true,
    ...seen,
  },
  'GET /v1/materials/:id/events': {
    ask: ({ materialId: m }) => ({ url: `/v1/materials/${m}/events`, isEndless: true }),
    ...seen,
  },
  'POST /v1/courses/:id/materials/bulk': {
    ask: ({ courseId: c }) => ({
      url: `/v1/courses/${c}/materials/bulk`,
      body: { action: 'delete', filter: { kind: 'text' } },
    }),
    ...answering(authored, 200, 202),
  },
  'PUT /v1/materials/:id/original': {
    ask: ({ materialId: m }) => ({
      url: `/v1/materials/${m}/original`,
      files: [{ name: 'newer.txt', content: 'Newer words.' }],
    }),
    ...answering(authored, 200, 202),
  },
  'GET /v1/materials/:id/versions': {
    ask: ({ materialId: m }) => ({ url: `/v1/materials/${m}/versions` }),
    ...authored,
  },
  'GET /v1/materials/:id/versions/:number/file': {
    ask: ({ materialId: m }) => ({
      url: `/v1/materials/${m}/versions/1/file?expires=1&key=k&signature=s`,
    }),
    any: everybody(410),
  },
  'POST /v1/materials/:id/reprocess': {
    ask: ({ materialId: m }) => ({ url: `/v1/materials/${m}/reprocess` }),
    ...answering(authored, 200, 202),
  },
  'POST /v1/courses/:id/materials': {
    ask: ({ courseId: c }) => ({
      url: `/v1/courses/${c}/materials`,
      files: [{ name: 'new.txt', content: 'New words.' }],
    }),
    ...answering(authored, 200, 202),
  },
  'GET /v1/me/storage': { ask: at('/v1/me/storage'), any: loggedIn(200) },
  'GET /v1/courses/:id/storage': {
    ask: ({ courseId: c }) => ({ url: `/v1/courses/${c}/storage` }),
    ...authored,
  },
  'POST /v1/uploads': {
    ask: ({ courseId: c }) => ({
      url: '/v1/uploads',
      headers: {
        'tus-resumable': '1.0.0',
        'upload-length': '5',
        'upload-metadata': `filename ${btoa('a.txt')},courseId ${btoa(c)}`,
      },
    }),
    ...answering(authored, 200, 201),
  },
  'OPTIONS /v1/uploads': { ask: at('/v1/uploads'), any: everybody(204) },
  // Of nobody's; `resumable-uploads.test.ts` goes on with some.
  'GET /v1/uploads/:id': {
    ask: ({ unknownId }) => ({ url: `/v1/uploads/${unknownId}` }),
    any: loggedIn(404),
  },
  'PATCH /v1/uploads/:id': {
    ask: ({ unknownId }) => ({
      url: `/v1/uploads/${unknownId}`,
      headers: { 'tus-resumable': '1.0.0', 'upload-offset': '0' },
    }),
    any: loggedIn(404),
  },
  'DELETE /v1/uploads/:id': {
    ask: ({ unknownId }) => ({
      url: `/v1/uploads/${unknownId}`,
      headers: { 'tus-resumable': '1.0.0' },
    }),
    any: loggedIn(404),
  },
  // The name leads nowhere: the row is all that is asked for here.
  'POST /v1/courses/:id/materials/import': {
    ask: ({ courseId: c }) => ({
      url: `/v1/courses/${c}/materials/import`,
      body: { url: 'https://files.nowhere.org/tides.pdf' },
    }),
    ...answering(authored, 200, 202),
  },
  'GET /v1/courses/:id/comments': {
    ask: ({ courseId: c }) => ({ url: `/v1/courses/${c}/comments` }),
    ...reviewed,
  },
  'POST /v1/courses/:id/comments': {
    ask: ({ courseId: c }) => ({ url: `/v1/courses/${c}/comments`, body: { body: 'Words.' } }),
    ...answering(reviewed, 200, 201),
  },
  'GET /v1/courses/:id/comments/:commentId': {
    ask: ({ courseId: c, commentId }) => ({ url: `/v1/courses/${c}/comments/${commentId}` }),
    ...reviewed,
  },
  'PATCH /v1/courses/:id/comments/:commentId': {
    ask: ({ courseId: c, commentId }) => ({
      url: `/v1/courses/${c}/comments/${commentId}`,
      body: { resolved: true },
    }),
    ...reviewed,
  },
  'DELETE /v1/courses/:id/comments/:commentId': {
    ask: ({ courseId: c, commentId }) => ({ url: `/v1/courses/${c}/comments/${commentId}` }),
    ...answering(authored, 200, 204),
  },
  'GET /v1/courses/:id/history': {
    ask: ({ courseId: c }) => ({ url: `/v1/courses/${c}/history` }),
    ...reviewed,
  },
  'GET /v1/courses/:id/snapshots': {
    ask: ({ courseId: c }) => ({ url: `/v1/courses/${c}/snapshots` }),
    ...reviewed,
  },
  'POST /v1/courses/:id/snapshots': {
    ask: ({ courseId: c }) => ({ url: `/v1/courses/${c}/snapshots`, body: { message: 'New' } }),
    ...answering(authored, 200, 201),
  },
  'GET /v1/courses/:id/snapshots/:sid': {
    ask: ({ courseId: c, snapshotId: s }) => ({ url: `/v1/courses/${c}/snapshots/${s}` }),
    ...reviewed,
  },
  'GET /v1/courses/:id/snapshots/:sid/diff': {
    ask: ({ courseId: c, snapshotId: s }) => ({ url: `/v1/courses/${c}/snapshots/${s}/diff` }),
    ...reviewed,
  },
  'POST /v1/courses/:id/snapshots/:sid/revert': {
    ask: ({ courseId: c, snapshotId: s }) => ({ url: `/v1/courses/${c}/snapshots/${s}/revert` }),
    ...authored,
  },
  'GET /v1/courses/:id/export': {
    ask: ({ courseId: c }) => ({ url: `/v1/courses/${c}/export` }),
    ...answering(reviewed, 200, 202),
  },
  'GET /v1/courses/:id/exports/:exportId': {
    ask: ({ courseId: c, unknownId }) => ({ url: `/v1/courses/${c}/exports/${unknownId}` }),
    ...answering(reviewed, 200, 404),
  },
  'GET /v1/courses/:id/members': {
    ask: ({ courseId: c }) => ({ url: `/v1/courses/${c}/members` }),
    ...authored,
  },
  'PUT /v1/courses/:id/members': {
    ask: ({ courseId: c, memberId: userId }) => ({
      url: `/v1/courses/${c}/members`,
      body: { userId, role: 'editor' },
    }),
    ...owned,
  },
  'PUT /v1/courses/:id/members/:userId': {
    ask: ({ courseId: c, memberId }) => ({
      url: `/v1/courses/${c}/members/${memberId}`,
      body: { role: 'editor' },
    }),
    ...owned,
  },
  'DELETE /v1/courses/:id/members': {
    ask: ({ courseId: c, memberId }) => ({ url: `/v1/courses/${c}/members?userId=${memberId}` }),
    ...answering(owned, 200, 204),
  },
  'DELETE /v1/courses/:id/members/:userId': {
    ask: ({ courseId: c, memberId }) => ({ url: `/v1/courses/${c}/members/${memberId}` }),
    ...answering(owned, 200, 204),
  },

  'GET /v1/courses': { ask: at('/v1/courses'), any: loggedIn(200) },
  'POST /v1/courses': { ask: at('/v1/courses', { body: { title: 'New' } }), any: loggedIn(201) },
  'POST /v1/courses/import': {
    ask: at('/v1/courses/import', { files: [{ name: 'a.md', content: '# New' }] }),
    any: loggedIn(202),
  },
  'GET /v1/imports/:id': {
    ask: ({ unknownId }) => ({ url: `/v1/imports/${unknownId}` }),
    any: loggedIn(404),
  },
  'GET /v1/course-exports/:id/file': {
    ask: ({ unknownId: id }) => ({
      url: `/v1/course-exports/${id}/file?expires=1&key=k&signature=s`,
    }),
    any: everybody(410),
  },
  'POST /v1/invitations/accept': {
    ask: at('/v1/invitations/accept', { body: { token } }),
    any: loggedIn(404),
  },
  'GET /v1/search': { ask: at('/v1/search?q=words'), any: loggedIn(200) },
  'GET /v1/jobs/:id': {
    ask: ({ jobId }) => ({ url: `/v1/jobs/${jobId}` }),
    any: '             401       404   404     404       404    404   200      200',
  },
  // Without an upgrade there is nothing to see; `live.test.ts` opens the sockets.
  'GET /v1/live': { ask: at('/v1/live'), any: loggedIn(426) },

  'POST /v1/auth/register': {
    ask: ({ newEmail: email }) => ({
      url: '/v1/auth/register',
      body: { email, password, name: 'New' },
    }),
    any: everybody(201),
  },
  'POST /v1/auth/login': {
    ask: ({ newEmail: email }) => ({ url: '/v1/auth/login', body: { email, password } }),
    any: everybody(401),
  },
  'POST /v1/auth/refresh': { ask: at('/v1/auth/refresh'), any: everybody(401) },
  'POST /v1/auth/logout': { ask: at('/v1/auth/logout'), any: everybody(204) },
  'POST /v1/auth/logout-everywhere': {
    ask: at('/v1/auth/logout-everywhere'),
    any: loggedIn(204),
  },
  'POST /v1/auth/forgot-password': {
    ask: ({ newEmail: email }) => ({ url: '/v1/auth/forgot-password', body: { email } }),
    any: everybody(202),
  },
  'POST /v1/auth/reset-password': {
    ask: at('/v1/auth/reset-password', { body: { token, password } }),
    any: everybody(410),
  },
  'POST /v1/auth/verify-email': {
    ask: at('/v1/auth/verify-email', { body: { token } }),
    any: everybody(410),
  },

  'GET /v1/me': { ask: at('/v1/me'), any: loggedIn(200) },
  'PATCH /v1/me': { ask: at('/v1/me', { body: { locale: 'ru' } }), any: loggedIn(200) },
  'DELETE /v1/me': { ask: at('/v1/me'), any: loggedIn(202) },
  'POST /v1/me/password': {
    ask: at('/v1/me/password', { body: { currentPassword: password, newPassword: password } }),
    any: loggedIn(204),
  },
  'POST /v1/me/verify-email': { ask: at('/v1/me/verify-email'), any: loggedIn(202) },
  'GET /v1/me/sessions': { ask: at('/v1/me/sessions'), any: loggedIn(200) },
  'DELETE /v1/me/sessions/:id': {
    ask: ({ unknownId }) => ({ url: `/v1/me/sessions/${unknownId}` }),
    any: loggedIn(404),
  },
  'GET /v1/me/tokens': { ask: at('/v1/me/tokens'), any: loggedIn(200) },
  'POST /v1/me/tokens': {
    ask: at('/v1/me/tokens', { body: { name: 'New', scopes: ['read'] } }),
    any: loggedIn(201),
  },
  'DELETE /v1/me/tokens/:id': {
    ask: ({ unknownId }) => ({ url: `/v1/me/tokens/${unknownId}` }),
    any: loggedIn(404),
  },
  'GET /v1/me/export': { ask: at('/v1/me/export'), any: loggedIn(202) },
  'GET /v1/me/exports/:id': {
    ask: ({ unknownId }) => ({ url: `/v1/me/exports/${unknownId}` }),
    any: loggedIn(404),
  },
  'GET /v1/exports/:id/file': {
    ask: ({ unknownId }) => ({ url: `/v1/exports/${unknownId}/file?expires=1&key=k&signature=s` }),
    any: everybody(410),
  },
  'GET /v1/receipts/:id': {
    ask: ({ unknownId }) => ({ url: `/v1/receipts/${unknownId}?key=${token}` }),
    any: everybody(404),
  },

  'GET /v1/ops/audit': { ask: at('/v1/ops/audit'), any: staff },
  'GET /v1/ops/users': { ask: at('/v1/ops/users'), any: staff },
  'PATCH /v1/ops/users/:id': {
    ask: ({ memberId }) => ({ url: `/v1/ops/users/${memberId}`, body: { role: 'operator' } }),
    any: admins,
  },

  'GET /healthz': page('/healthz'),
  'GET /readyz': page('/readyz', 503),
  // From this machine; `metrics.test.ts` asks from elsewhere.
  'GET /metrics': page('/metrics'),
  'GET /openapi.json': page('/openapi.json'),
  'GET /docs/': page('/docs/'),
  'GET /docs/json': page('/docs/json'),
  'GET /docs/yaml': page('/docs/yaml'),
  'GET /docs/static/index.html': page('/docs/static/index.html', 302),
  'GET /docs/static/swagger-initializer.js': page('/docs/static/swagger-initializer.js'),
  'GET /docs/static/*': page('/docs/static/swagger-ui.css'),

  'GET /': page('/'),
  'GET /style.css': page('/style.css'),
  'GET /favicon.svg': page('/favicon.svg'),
  'GET /login': page('/login'),
  'POST /login': form('/login', 401),
  'POST /login/first': form('/login/first', 409),
  'POST /logout': form('/logout', 303),
  'GET /account': page('/account', 302),
  'GET /register': page('/register'),
  'POST /register': form('/register', 400),
  'GET /forgot-password': page('/forgot-password'),
  'POST /forgot-password': form('/forgot-password', 400),
  'GET /reset-password': page('/reset-password', 410),
  'POST /reset-password': form('/reset-password', 410),
  'GET /verify-email': page('/verify-email', 410),
  'POST /verify-email': form('/verify-email', 410),
  'POST /verify-email/again': form('/verify-email/again', 303),
  'GET /invitation': page('/invitation', 404),
  'POST /invitation': form('/invitation', 303),
  // Another process, which looks itself who asks; here it is off.
  '/ops/*': page('/ops/queues', 503),
};
