import { OPENSTACK_VARIABLES } from '@image-manager/cloud-openstack';
import { expectationOf } from '@image-manager/disk-image-builder';
import { z } from 'zod';

const address = z
  .string()
  .regex(/^(\[[0-9a-fA-F:]+\]|[^:\s]+):\d{1,5}$/, 'must be host:port')
  .refine((value) => Number(value.slice(value.lastIndexOf(':') + 1)) <= 65535, 'port must be at most 65535');
const url = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' });
const text = z.string().min(1, 'must not be empty');
const path = text;

/** The environment as the API understands it. Every name is in config.env.example with a comment. */
export const environmentSchema = z.object({
  HTTP_ADDRESS: address.default('127.0.0.1:8080'),
  HTTP_USERNAME: text.default('admin'),
  HTTP_PASSWORD: z.string().min(8, 'must have at least 8 characters'),
  GRPC_ADDRESS: address.default('127.0.0.1:50051'),
  GRPC_PUBLIC_ADDRESS: address.optional(),
  STORAGE_PATH: path.default('./var'),
  DISTROS_PATH: path.default('./distros'),
  ELEMENTS_PATH: path.default('./elements'),
  AGENT_BINARY: path.default('./dist/apps/agent/image-manager-agent'),
  LOG_FILE_PATH: path.default('./var/log/app.log'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  SSH_INJECT_KEY: text.optional(),
  MAX_CONCURRENT_BUILDS: z.coerce.number().int().min(1).max(16).default(1),
  MAX_PARALLEL_CLOUDS: z.coerce.number().int().min(1).max(64).default(4),
  DIB_DISTRIBUTION_MIRROR: url.optional(),
  DIB_SECURITY_MIRROR: url.optional(),
  DIB_UBUNTU_MIRROR: url.optional(),
  DIB_HTTP_PROXY: url.optional(),
  DIB_HTTPS_PROXY: url.optional(),
  DIB_NO_PROXY: text.optional(),
  DIB_APT_KEYRING: path.optional(),
  LOCAL_FLAVOR_VCPUS: z.coerce.number().int().min(1).max(64).default(2),
  LOCAL_FLAVOR_MEMORY_MB: z.coerce.number().int().min(256).max(1_048_576).default(1024),
  LOCAL_FLAVOR_DISK_GB: z.coerce.number().int().min(1).max(2048).default(5),
  OPENSTACK_UPLOAD_STALL_S: z.coerce.number().int().min(1).max(3600).default(60),
  LOCAL_CLOUD: z.enum(['auto', 'on', 'off']).default('auto'),
  // Their values are judged together by the adapter, which knows what goes with what.
  ...(Object.fromEntries(OPENSTACK_VARIABLES.map((name) => [name, text.optional()])) as Record<
    (typeof OPENSTACK_VARIABLES)[number],
    z.ZodOptional<typeof text>
  >),
});

export type Environment = z.infer<typeof environmentSchema>;

/**
 * For @nestjs/config: the validated environment with defaults.
 *
 * @throws Error with a line per wrong variable; names variables, never prints values.
 */
export function validateEnvironment(raw: Record<string, unknown>): Environment {
  // A variable that is there but empty counts as not set: that is how config.env.example leaves them.
  const given = Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== ''));
  const result = environmentSchema.safeParse(given);
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => {
    const name = String(issue.path[0]);
    return `${name} ${given[name] === undefined ? 'is not set' : expectationOf(issue)}`;
  });
  throw new ConfigurationError(lines);
}

/** The configuration is wrong; the message tells the operator which variables to mend. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  constructor(readonly lines: string[]) {
    super(
      `The configuration is wrong:\n${lines.map((line) => `  ${line}`).join('\n')}\nMend config.env and start again.`,
    );
  }
}
