import { constants } from 'node:zlib';
import { Logger } from 'nestjs-pino';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { SwaggerModule } from '@nestjs/swagger';
import compression from 'compression';
import { json, type NextFunction, type Request, type Response } from 'express';
import helmet from 'helmet';
import { grpcOptions, ManagerIdentity, noteUnanswered, RefusedCalls } from './agent/index.js';
import { BasicAuth, sameOriginOnly } from './auth/index.js';
import { AppConfig } from './config/index.js';
import { ProblemFilter, validationPipe } from './errors/index.js';
import { Lifecycle } from './health/index.js';
import { openApiDocument } from './openapi.js';
import { requestId } from './request-id.js';
import { shallowBody } from './shallow-body.js';

const MAX_BODY = '100kb';

/** Everything around the modules: security, errors, gRPC and Swagger. */
export function setup(app: NestExpressApplication): void {
  app.useLogger(app.get(Logger));
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.use(requestId);
  app.use(
    helmet({
      contentSecurityPolicy: {
        // The service listens on loopback without TLS: an upgrade would make its own scripts unreachable.
        directives: {
          upgradeInsecureRequests: null,
          styleSrc: ["'self'", "'unsafe-inline'"],
          imgSrc: ["'self'", 'data:'],
        },
      },
      strictTransportSecurity: false,
    }),
  );
  // One step above the default takes a fifteenth off the dashboard, for hardly more time.
  app.use(compression({ brotli: { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } } }));
  const basic = app.get(BasicAuth).middleware();
  app.use((request: Request, response: Response, next: NextFunction) => {
    if (request.path === '/api/health') next();
    else void basic(request, response, next);
  });
  app.use(sameOriginOnly);
  app.use(json({ limit: MAX_BODY, strict: true }));
  app.use(shallowBody);
  app.setGlobalPrefix('api');
  app.useGlobalPipes(validationPipe());
  app.useGlobalFilters(new ProblemFilter());
  connectAgents(app);
  document(app);
}

function connectAgents(app: NestExpressApplication): void {
  const { certificate } = app.get(ManagerIdentity);
  const unanswered = noteUnanswered((call) => {
    app.get(RefusedCalls).count(call, 'no whole message');
  });
  app.connectMicroservice<MicroserviceOptions>(
    grpcOptions(app.get(AppConfig).grpc, certificate, [unanswered]),
  );
}

function document(app: NestExpressApplication): void {
  SwaggerModule.setup('api/docs', app, () => openApiDocument(app, app.get(Lifecycle).version), {
    jsonDocumentUrl: 'api/openapi.json',
    customSiteTitle: 'Image Manager API',
  });
}
