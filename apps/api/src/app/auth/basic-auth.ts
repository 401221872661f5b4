import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { RequestHandler } from 'express';
import passport from 'passport';
import { BasicStrategy } from 'passport-http';
import { AppConfig } from '../config/index.js';
import { sendProblem } from '../errors/index.js';
import { isNavigation, REFUSED_PAGE } from './refused-page.js';

/** HTTP Basic for pages, API and sockets: one user, compared in constant time. */
@Injectable()
export class BasicAuth {
  /** Keyed digests have one length, so that the comparison tells nothing about the secret's. */
  private readonly key = randomBytes(32);
  private readonly expected: Buffer;
  private readonly authenticator = new passport.Passport();

  constructor(config: AppConfig) {
    const { username, password } = config.credentials;
    this.expected = this.digest(username, password);
    this.authenticator.use(
      new BasicStrategy({ realm: 'Image Manager' }, (name, secret, done) => {
        done(null, this.accepts(name, secret) ? { name } : false);
      }),
    );
  }

  accepts(username: string, password: string): boolean {
    return timingSafeEqual(this.digest(username, password), this.expected);
  }

  /** For handshakes, where passport has no request to work on. */
  acceptsHeader(header: string | undefined): boolean {
    const match = /^basic ([a-z0-9+/=]+)$/i.exec(header ?? '');
    if (!match?.[1]) return false;
    const text = Buffer.from(match[1], 'base64').toString('utf8');
    const colon = text.indexOf(':');
    return colon >= 0 && this.accepts(text.slice(0, colon), text.slice(colon + 1));
  }

  /** Lets requests with the right credentials on; answers the others with 401. */
  middleware(): RequestHandler {
    return (request, response, next) => {
      const authenticate = this.authenticator.authenticate(
        'basic',
        { session: false },
        (error: unknown, user: Express.User | false | null) => {
          if (error) {
            next(error);
            return;
          }
          if (user) {
            next();
            return;
          }
          response.setHeader('WWW-Authenticate', 'Basic realm="Image Manager", charset="UTF-8"');
          response.vary('Accept');
          if (isNavigation(request)) {
            response.status(401).set('Cache-Control', 'no-store').type('html').send(REFUSED_PAGE);
            return;
          }
          sendProblem(request, response, {
            status: 401,
            code: 'UNAUTHORIZED',
            detail:
              'User name or password is wrong or missing; they are HTTP_USERNAME and HTTP_PASSWORD in config.env',
          });
        },
      ) as RequestHandler;
      void authenticate(request, response, next);
    };
  }

  private digest(username: string, password: string): Buffer {
    return createHmac('sha256', this.key).update(`${username}\0${password}`).digest();
  }
}
