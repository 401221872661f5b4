export { ConfigModule } from './config.module.js';
export { ConfigurationError } from './config.schema.js';
export { AppConfig, WORKSPACE_ROOT, type Address } from './config.service.js';
