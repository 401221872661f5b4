import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DynamicModule } from '@nestjs/common';
import { ServeStaticModule } from '@nestjs/serve-static';
import type { Response } from 'express';
import { WORKSPACE_ROOT } from './config/index.js';

const DASHBOARD = join(WORKSPACE_ROOT, 'dist/apps/dashboard');
/** The build gives a file a new name when its content changes: `chunk-B0cBwczN.js`. */
const HASHED = /-[\w-]{8}\.\w+$/;

/** The built dashboard, if there is one. */
export function dashboardFiles(): DynamicModule[] {
  if (!existsSync(DASHBOARD)) return [];
  return [
    ServeStaticModule.forRoot({
      rootPath: DASHBOARD,
      exclude: ['/api/{*rest}'],
      serveStaticOptions: {
        cacheControl: false,
        // private: it is served behind a password.
        setHeaders: (response: Response, path: string) =>
          response.setHeader(
            'cache-control',
            HASHED.test(path) ? 'private, max-age=31536000, immutable' : 'no-cache',
          ),
      },
    }),
  ];
}
