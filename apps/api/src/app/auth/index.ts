export { AuthModule } from './auth.module.js';
export { BasicAuth } from './basic-auth.js';
export { isOwnOrigin, sameOriginOnly } from './same-origin.js';
