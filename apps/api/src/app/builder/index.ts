export { BuildEvents } from './build-events.js';
export { BuildQueue } from './build-queue.service.js';
export { BuilderModule } from './builder.module.js';
export { BuildsService } from './builds.service.js';
export { DistrosService } from './distros.service.js';
