export { createOpenStackCloud } from './openstack-cloud.js';
export { createUnusableCloud } from './unusable-cloud.js';
export type { OpenStackCloudOptions, SettingsOrigin } from './options.js';
export {
  configureClouds,
  type ConfigurationProblem,
  type CloudSettings,
  type OpenStackConfiguration,
} from './config/configure-clouds.js';
export { OPENSTACK_VARIABLES, type OpenStackEnvironment } from './config/environment.js';
export type { OpenStackCredentials } from './session/credentials.js';
