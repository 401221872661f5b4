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
import { problemOf } from './api/problem';
import { problemInterceptor } from './api/problem-interceptor';
import { routes } from './app.routes';
import { I18n } from './i18n/i18n';
import { BuildWatch } from './live/build-watch';
import { Notices } from './shell/notices';
import { PreloadWhenIdle } from './shell/preload-when-idle';
import { ScrollMemory } from './shell/scroll-memory';

export const appConfig: ApplicationConfig = {
  providers: [
    provideBrowserGlobalErrorListeners(),
    // From the start, for builds that were watched before the page was reloaded.
    provideAppInitializer(() => {
      inject(BuildWatch);
      inject(ScrollMemory);
    }),
    provideHttpClient(withInterceptors([problemInterceptor])),
    provideRouter(
      routes,
      withComponentInputBinding(),
      withPreloading(PreloadWhenIdle),
      withNavigationErrorHandler(({ error }) => {
        inject(Notices).report(inject(I18n).t('shell.notLoaded'), problemOf(error));
      }),
    ),
  ],
};
