import type { OpenStackCloudOptions } from '../options.js';
import { readCloudsFile, readEntry, type CloudsFile } from './clouds-file.js';
import { credentialsOfEntry } from './credentials-of-entry.js';
import { credentialsFromEnvironment, type OpenStackEnvironment } from './environment.js';
import { SettingsProblem } from './settings-problem.js';

/** Name of the cloud that the OS_* variables alone describe. */
const ENVIRONMENT_CLOUD = 'openstack';
/** Taken by the cloud of this machine. */
const RESERVED = 'local';
/** Any of these says that a cloud is meant. */
const LOGIN = [
  'OS_AUTH_URL',
  'OS_USERNAME',
  'OS_USER_ID',
  'OS_PASSWORD',
  'OS_APPLICATION_CREDENTIAL_ID',
  'OS_APPLICATION_CREDENTIAL_NAME',
  'OS_APPLICATION_CREDENTIAL_SECRET',
] as const;

export type CloudSettings = Omit<OpenStackCloudOptions, 'uploadStallMs' | 'retry' | 'answerTimeoutMs'>;

export interface ConfigurationProblem {
  /** Absent where it is the cloud’s name that cannot be. */
  cloud?: string;
  /** Names variables, files and fields. */
  message: string;
}

export interface OpenStackConfiguration {
  clouds: CloudSettings[];
  /** Clouds that cannot be used as they are configured. */
  problems: ConfigurationProblem[];
}

/**
 * The clouds that the OS_* variables, or clouds.yaml with OS_CLOUD, describe; none of either: none.
 *
 * @param environment variables that are not empty.
 * @param managerAddress GRPC_PUBLIC_ADDRESS, for clouds that do not say otherwise.
 */
export function configureClouds(
  environment: OpenStackEnvironment,
  managerAddress: string | undefined,
): OpenStackConfiguration {
  const names = [...new Set((environment.OS_CLOUD ?? '').split(',').map((name) => name.trim()))].filter(
    (name) => name !== '',
  );
  const problems: ConfigurationProblem[] = [];
  const attempt = (name: string, configure: () => CloudSettings): CloudSettings[] => {
    try {
      return [configure()];
    } catch (error) {
      if (!(error instanceof SettingsProblem)) throw error;
      problems.push({ ...(name === RESERVED ? {} : { cloud: name }), message: error.message });
      return [];
    }
  };
  if (names.length === 0) {
    if (!LOGIN.some((variable) => environment[variable] !== undefined)) return { clouds: [], problems };
    const clouds = attempt(ENVIRONMENT_CLOUD, () => fromEnvironment(environment, managerAddress));
    return { clouds, problems };
  }
  let file: CloudsFile | undefined;
  try {
    file = readCloudsFile(environment.OS_CLIENT_CONFIG_FILE);
    if (!file) {
      throw new SettingsProblem(
        'OS_CLOUD is set, but there is no clouds.yaml here, in ~/.config/openstack or in /etc/openstack',
      );
    }
  } catch (error) {
    if (!(error instanceof SettingsProblem)) throw error;
    const { message } = error;
    return { clouds: [], problems: names.map((cloud) => ({ cloud, message })) };
  }
  const found = file;
  return {
    clouds: names.flatMap((name) => attempt(name, () => fromFile(found, name, environment, managerAddress))),
    problems,
  };
}

function fromEnvironment(
  environment: OpenStackEnvironment,
  managerAddress: string | undefined,
): CloudSettings {
  return {
    name: ENVIRONMENT_CLOUD,
    credentials: credentialsFromEnvironment(environment),
    ...serverSettings(environment),
    ...(managerAddress === undefined ? {} : { managerAddress }),
    origin: {
      flavor: 'OS_FLAVOR_ID',
      network: 'OS_NETWORK_ID',
      keypair: 'OS_SSH_KEY_NAME',
      securityGroups: 'OS_SECURITY_GROUPS',
      availabilityZone: 'OS_AVAILABILITY_ZONE',
      managerAddress: 'GRPC_PUBLIC_ADDRESS',
    },
  };
}

/** What a cloud's own block leaves out comes from the variables, which then hold for all clouds. */
function fromFile(
  file: CloudsFile,
  name: string,
  environment: OpenStackEnvironment,
  managerAddress: string | undefined,
): CloudSettings {
  if (name === RESERVED) {
    throw new SettingsProblem(`OS_CLOUD: the name ${RESERVED} is taken by the cloud of this machine`);
  }
  const entry = readEntry(file, name);
  const own = entry.image_manager;
  const address = own.grpc_public_address ?? managerAddress;
  if (address !== undefined && !/^.+:\d{1,5}$/.test(address)) {
    throw new SettingsProblem(
      `${file.path}: clouds.${name}.image_manager.grpc_public_address must be host:port`,
    );
  }
  const at = (field: string, variable: string) =>
    `image_manager.${field} of cloud ${name} in ${file.path} (or ${variable})`;
  return {
    name,
    credentials: credentialsOfEntry(entry, name, file.path),
    ...serverSettings(environment),
    ...(own.flavor === undefined ? {} : { flavor: own.flavor }),
    ...(own.network === undefined ? {} : { network: own.network }),
    ...(own.keypair === undefined ? {} : { keypair: own.keypair }),
    ...(own.security_groups === undefined ? {} : { securityGroups: own.security_groups }),
    ...(own.availability_zone === undefined ? {} : { availabilityZone: own.availability_zone }),
    ...(own.config_drive === undefined ? {} : { configDrive: own.config_drive }),
    ...(address === undefined ? {} : { managerAddress: address }),
    origin: {
      flavor: at('flavor', 'OS_FLAVOR_ID'),
      network: at('network', 'OS_NETWORK_ID'),
      keypair: at('keypair', 'OS_SSH_KEY_NAME'),
      securityGroups: at('security_groups', 'OS_SECURITY_GROUPS'),
      availabilityZone: at('availability_zone', 'OS_AVAILABILITY_ZONE'),
      managerAddress: at('grpc_public_address', 'GRPC_PUBLIC_ADDRESS'),
    },
  };
}

function serverSettings(environment: OpenStackEnvironment) {
  const {
    OS_FLAVOR_ID: flavor,
    OS_NETWORK_ID: network,
    OS_SSH_KEY_NAME: keypair,
    OS_AVAILABILITY_ZONE: availabilityZone,
    OS_SECURITY_GROUPS: groups = '',
  } = environment;
  const securityGroups = groups
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return {
    ...(flavor === undefined ? {} : { flavor }),
    ...(network === undefined ? {} : { network }),
    ...(keypair === undefined ? {} : { keypair }),
    ...(availabilityZone === undefined ? {} : { availabilityZone }),
    ...(securityGroups.length === 0 ? {} : { securityGroups }),
  };
}
