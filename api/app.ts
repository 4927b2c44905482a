import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { Store } from '@lectern/db/open';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type RawServerDefault,
} from 'fastify';
import { openRooms } from './live/rooms.ts';
import { watchSockets } from './live/sockets.ts';
import { checkAddresses } from './plugins/addresses.ts';
import { readBodies } from './plugins/bodies.ts';
import { answerBrokenRequests } from './plugins/broken-requests.ts';
import { sendNothingForNull } from './plugins/empty-answers.ts';
import { answerOnce } from './plugins/idempotency.ts';
import { letRestArrive } from './plugins/linger.ts';
import { addMetrics } from './plugins/metrics.ts';
import { describeApi } from './plugins/openapi.ts';
import { answerWithProblems, refuseWhileClosing, sendFrameworkError } from './plugins/problems.ts';
import { limitRequests } from './plugins/rate-limits.ts';
import { chooseRequestId, logRequests, quiet } from './plugins/request-log.ts';
import { addSecurityHeaders, allowOrigins } from './plugins/security.ts';
import { checkWithTypeBox } from './plugins/validation.ts';
import { guardRoutes, identifyViewers } from './plugins/viewer.ts';
import { refuseWebSocketsElsewhere, takeWebSockets } from './plugins/web-sockets.ts';
import { wakeRelayAfterChanges } from './plugins/wake-relay.ts';
import { routeAccount } from './routes/account.ts';
import { routeAudit } from './routes/audit.ts';
import { routeAuth } from './routes/auth.ts';
import { routeCaptionFiles } from './routes/caption-files.ts';
import { routeCaptionRenewal } from './routes/caption-renewal.ts';
import { routeCaptions } from './routes/captions.ts';
import { routeComments } from './routes/comments.ts';
import { routeCourseExports } from './routes/course-exports.ts';
import { routeCourseImports } from './routes/course-imports.ts';
import { routeCourseLife } from './routes/course-life.ts';
import { routeCourseLive } from './routes/course-live.ts';
import { routeCourseReindexing } from './routes/course-reindexing.ts';
import { routeCourses } from './routes/courses.ts';
import { routeDuplicating } from './routes/duplicating.ts';
import { routeExports } from './routes/exports.ts';
import { routeGraph } from './routes/graph.ts';
import { routeHealth } from './routes/health.ts';
import { routeHistory } from './routes/history.ts';
import { routeJobs } from './routes/jobs.ts';
import { routeInvitationPage } from './routes/invitation-page.ts';
import { routeInvitations } from './routes/invitations.ts';
import { routeLanding } from './routes/landing.ts';
import { routeLive } from './routes/live.ts';
import { routeLoginPage } from './routes/login-page.ts';
import { routeMaterialBulk } from './routes/material-bulk.ts';
import { routeMaterialEvents } from './routes/material-events.ts';
import { routeMaterialFiles } from './routes/material-files.ts';
import { routeMaterialHls } from './routes/material-hls.ts';
import { routeMaterialHlsParts } from './routes/material-hls-parts.ts';
import { routeMaterialHlsCaptions } from './routes/material-hls-captions.ts';
import { routeMaterialPlayback } from './routes/material-playback.ts';
import { routeMaterialStoryboard } from './routes/material-storyboard.ts';
import { routeStorage } from './routes/storage.ts';
import { routeMaterialThumbnail } from './routes/material-thumbnail.ts';
import { routeMaterialImports } from './routes/material-imports.ts';
import { routeMaterialOriginals } from './routes/material-originals.ts';
import { routeMaterialRemoval } from './routes/material-removal.ts';
import { routeMaterialReprocessing } from './routes/material-reprocessing.ts';
import { routeMaterialVersions } from './routes/material-versions.ts';
import { routeMaterialWatching } from './routes/material-watching.ts';
import { routeMaterials } from './routes/materials.ts';
import { routeMe } from './routes/me.ts';
import { routeMembers } from './routes/members.ts';
import { routeOperations } from './routes/operations.ts';
import { routePasswordPage } from './routes/password-page.ts';
import { routePasswords } from './routes/passwords.ts';
import { routePublishing } from './routes/publishing.ts';
import { routeResumableUploads } from './routes/resumable-uploads.ts';
import { routeReverting } from './routes/reverting.ts';
import { routeRegisterPage } from './routes/register-page.ts';
import { routeSearch } from './routes/search.ts';
import { routeSessions } from './routes/sessions.ts';
import { routeSnapshots } from './routes/snapshots.ts';
import { routeTokens } from './routes/tokens.ts';
import { routeUploads } from './routes/uploads.ts';
import { routeUsers } from './routes/users.ts';
import { routeVerifyEmailPage } from './routes/verify-email-page.ts';
import { meanMethod } from './uploads/mean-method.ts';

export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** The whole HTTP surface on a store; listening and closing are the caller's. */
export async function buildApp(store: Store): Promise<App> {
  const app = makeServer(store);
  app.setValidatorCompiler(checkWithTypeBox);

  // The order is that in which a request meets them.
  await takeWebSockets(app);
  logRequests(app);
  addSecurityHeaders(app, store.config);
  allowOrigins(app, store.config);
  refuseWhileClosing(app);
  checkAddresses(app);
  answerWithProblems(app);
  refuseWebSocketsElsewhere(app);
  identifyViewers(app, store);
  limitRequests(app, store);
  guardRoutes(app, store.config);
  readBodies(app, store.config);
  answerOnce(app, store);
  wakeRelayAfterChanges(app, store);
  letRestArrive(app, store.config);
  sendNothingForNull(app);
  await describeApi(app);

  addMetrics(app, store);
  routeHealth(app, store);
  routeAuth(app, store);
  routePasswords(app, store);
  routeMe(app, store);
  routeSessions(app, store);
  routeTokens(app, store);
  routeAccount(app, store);
  routeExports(app, store);
  routeCourses(app, store);
  routeCourseLife(app, store);
  routeCourseReindexing(app, store);
  routeCourseExports(app, store);
  await routeCourseImports(app, store);
  routeMembers(app, store);
  routeComments(app, store);
  routeHistory(app, store);
  routeInvitations(app, store);
  await routeUploads(app, store);
  await routeResumableUploads(app, store);
  routeMaterials(app, store);
  routeMaterialImports(app, store);
  routeMaterialFiles(app, store);
  routeMaterialReprocessing(app, store);
  routeMaterialRemoval(app, store);
  await routeMaterialOriginals(app, store);
  routeMaterialVersions(app, store);
  routeMaterialBulk(app, store);
  routeMaterialThumbnail(app, store);
  routeCaptions(app, store);
  routeCaptionFiles(app, store);
  routeCaptionRenewal(app, store);
  routeMaterialHls(app, store);
  routeMaterialHlsParts(app, store);
  routeMaterialHlsCaptions(app, store);
  routeMaterialStoryboard(app, store);
  routeMaterialPlayback(app, store);
  routeMaterialWatching(app, store);
  routeStorage(app, store);
  routeSearch(app, store);
  routeJobs(app, store);
  const sockets = watchSockets(store);
  const rooms = openRooms(store);
  app.addHook('onClose', async () => {
    sockets.close();
    await rooms.close();
  });
  routeLive(app, store, sockets);
  routeMaterialEvents(app, store, sockets);
  routeCourseLive(app, store, { rooms, sockets });
  routeGraph(app, store, rooms);
  routeDuplicating(app, store);
  routePublishing(app, store);
  routeSnapshots(app, store);
  routeReverting(app, { ...store, rooms });
  routeAudit(app, store);
  routeUsers(app, store);
  routeLanding(app, store);
  await routeLoginPage(app, store);
  await routeRegisterPage(app, store);
  await routePasswordPage(app, store);
  await routeVerifyEmailPage(app, store);
  await routeInvitationPage(app, store);
  await routeOperations(app, store.config);
  return app;
}

/** Headers arrive within this time, or the connection ends. */
const headersTimeoutMs = 15_000;

function makeServer({ config, log }: Store): App {
  const loggerInstance: FastifyBaseLogger = log;
  return Fastify({
    loggerInstance,
    logController: quiet,
    genReqId: chooseRequestId,
    trustProxy: trustOf(config),
    bodyLimit: config.maxBodyBytes,
    // Bodies have limits of their own: JSON in all, an upload between two pieces.
    requestTimeout: 0,
    keepAliveTimeout: 65_000,
    forceCloseConnections: 'idle',
    // Fastify's own answer is no problem document; `refuseWhileClosing` gives one.
    return503OnClosing: false,
    frameworkErrors: sendFrameworkError,
    clientErrorHandler: answerBrokenRequests(log),
    http: { headersTimeout: headersTimeoutMs, connectionsCheckingInterval: 2_000 },
    // The only place before a route is chosen.
    rewriteUrl: (request) => {
      meanMethod(request);
      return request.url ?? '/';
    },
    routerOptions: { maxParamLength: 500, ignoreTrailingSlash: false },
  }).withTypeProvider<TypeBoxTypeProvider>();
}

/** Whose word on the caller's address is taken: nobody's, that of the nearest proxies, or of some. */
function trustOf({ trustProxy }: Store['config']) {
  if (typeof trustProxy === 'number') return (_: string, hop: number) => hop < trustProxy;
  return trustProxy === false ? false : [...trustProxy];
}
