import type { IncomingMessage } from 'node:http';
import swagger from '@fastify/swagger';
import fastify, { type FastifyReply } from 'fastify';
import {
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Logger } from '../../protocol/node/log.ts';
import { asRequestError, errorBody, statusOf } from './answer-error.ts';
import type { AdminApp, RouteContext } from './context.ts';
import { OPENAPI } from './openapi.ts';
import { RequestError } from './request-error.ts';
import { auditRoutes } from './routes/audit.ts';
import { enrolmentRoutes } from './routes/enrolments.ts';
import { overviewRoutes } from './routes/overview.ts';
import { sessionRoutes } from './routes/sessions.ts';
import { terminalRoutes } from './routes/terminals.ts';
import { tokenRoutes } from './routes/tokens.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whoever can connect may ask. */
    open?: boolean;
  }
}

export interface AppOptions extends RouteContext {
  /** @returns who asks. @throws RequestError when they may not */
  readonly admit: (request: { readonly raw: IncomingMessage }) => string;
  readonly log: Logger;
}

const MAX_BODY_BYTES = 16_384;
const MAX_PARAM_LENGTH = 1024;

/** The REST interface without anything that listens. */
export async function buildApp(options: AppOptions): Promise<AdminApp> {
  const app = fastify({
    logger: false,
    bodyLimit: MAX_BODY_BYTES,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH, ignoreTrailingSlash: true },
    return503OnClosing: true,
    // A path that cannot be read is refused before anybody is asked who they are.
    frameworkErrors: (error, _request, reply) => {
      const answer = asRequestError(error);
      (reply as FastifyReply).code(statusOf(answer)).send(errorBody(answer));
    },
  }).withTypeProvider<ZodTypeProvider>() as AdminApp;
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  takeJsonOnly(app);
  answerErrors(app, options.log);
  askWho(app, options);
  await app.register(swagger, OPENAPI);
  addRoutes(app, options);
  await app.ready();
  return app;
}

function addRoutes(app: AdminApp, context: RouteContext): void {
  for (const add of [
    sessionRoutes,
    tokenRoutes,
    terminalRoutes,
    enrolmentRoutes,
    auditRoutes,
    overviewRoutes,
  ]) {
    add(app, context);
  }
  app.route({
    method: 'GET',
    url: '/v1/openapi.json',
    schema: {
      tags: ['overview'],
      summary: 'This document',
      response: { 200: z.record(z.string(), z.unknown()) },
    },
    handler: async () => app.swagger() as unknown as Record<string, unknown>,
  });
}

/** Fastify takes text, too, which no route wants. */
function takeJsonOnly(app: AdminApp): void {
  app.removeContentTypeParser('text/plain');
}

function askWho(app: AdminApp, { admit, log }: AppOptions): void {
  app.decorateRequest('by', '');
  app.addHook('onRequest', async (request) => {
    if (!request.routeOptions.config.open) request.by = admit(request);
  });
  app.addHook('onResponse', async (request, reply) => {
    // The route as it is written: what stands in an address may be a secret by mistake.
    const { method, routeOptions } = request;
    const fields = { method, route: routeOptions.url ?? null, status: reply.statusCode };
    const text = 'administration';
    if (method === 'GET' || request.by === '') log.debug({ ...fields, by: request.by }, text);
    else log.info({ ...fields, by: request.by }, text);
  });
}

function answerErrors(app: AdminApp, log: Logger): void {
  app.setErrorHandler((error, request, reply) => {
    const answer = asRequestError(error);
    const status = statusOf(answer);
    if (status >= 500) log.error({ err: error, route: request.routeOptions.url }, answer.message);
    if (answer.code === 'unauthenticated') reply.header('www-authenticate', 'Bearer');
    if (answer.retryAfterMs !== null) {
      reply.header('retry-after', Math.ceil(answer.retryAfterMs / 1000));
    }
    // Whoever was not let in shall not keep a connection.
    if (request.by === '') reply.header('connection', 'close');
    reply.code(status).header('content-type', 'application/json; charset=utf-8');
    return reply.send(errorBody(answer));
  });
  app.setNotFoundHandler(() => {
    throw new RequestError('not-found', 'there is nothing at this address');
  });
}
