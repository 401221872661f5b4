export { createLocalCloud } from './local-cloud.js';
export { DEFAULT_FLAVOR, type LocalCloudLog, type LocalCloudOptions } from './options.js';
