export { ConfigModule } from './config.module.js';
export { ConfigurationError } from './config.schema.js';
export { AppConfig, type Address } from './config.service.js';
export { storagePathOf } from './storage-path.js';
export { WORKSPACE_ROOT } from './workspace-root.js';
