import { provideHttpClient, withInterceptors } from '@angular/common/http';
import {
  type ApplicationConfig,
  inject,
  provideAppInitializer,
  provideBrowserGlobalErrorListeners,
} from '@angular/core';
import {
  provideRouter,
  withComponentInputBinding,
  withNavigationErrorHandler,
  withPreloading,
} from '@angular/router';
import { problemInterceptor } from './api/problem-interceptor';
import { routes } from './app.routes';
import { BuildWatch } from './live/build-watch';
import { NotLoaded } from './shell/not-loaded';
import { PageFocus } from './shell/page-focus';
import { PreloadWhenIdle } from './shell/preload-when-idle';
import { ScrollMemory } from './shell/scroll-memory';

export const appConfig: ApplicationConfig = {
  providers: [
    provideBrowserGlobalErrorListeners(),
    // From the start, for builds that were watched before the page was reloaded.
    provideAppInitializer(() => {
      inject(BuildWatch);
      inject(PageFocus);
      inject(ScrollMemory);
    }),
    provideHttpClient(withInterceptors([problemInterceptor])),
    provideRouter(
      routes,
      withComponentInputBinding(),
      withPreloading(PreloadWhenIdle),
      withNavigationErrorHandler(({ error, url }) => {
        inject(NotLoaded).tell(error, url);
      }),
    ),
  ],
};
