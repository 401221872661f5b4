export { LiveLogModule } from './live-log.module.js';
