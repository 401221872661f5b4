import { AGENT_CHECKS, STAGE_NAMES, type DistroDefinition, type StageName } from '@image-manager/contracts';
import { z } from 'zod';
import type { RuleParams } from './problem-code.js';
import { findArgumentProblem, isPackageName } from '../dib-arguments.js';

/** DIB's own variables, and the few others that its elements read and that concern the image alone. */
const ENVIRONMENT_NAME = /^(DIB_[A-Z0-9_]+|GRUB_OPTS|FS_TYPE|MKFS_OPTS)$/;

/** Set by the build itself; a definition that sets them too would be ignored, so it is told. */
const RESERVED_ENVIRONMENT =
  /^DIB_(RELEASE|IMAGE_CACHE|LOCKFILES|NO_TIMESTAMP|QUIET|PYTHON_EXEC|IMAGE_MANAGER_.*)$/;

const DEFAULT_DEADLINES: Record<StageName, number> = {
  build: 3600,
  upload: 900,
  boot: 600,
  test: 900,
  promote: 120,
  cleanup: 300,
};

const text = z.string().trim().min(1).max(255);
const name = (pattern: RegExp, what: string) => z.string().regex(pattern, `must be ${what}`);
const word = name(/^[a-z0-9][a-z0-9._-]*$/, 'lower case letters, digits, dots and dashes');
const element = name(/^[a-z0-9][a-zA-Z0-9._-]*$/, "an element's name");
const account = name(/^[a-z_][a-z0-9_-]{0,31}$/, "a user's or group's name (useradd(8))");
const date = z.iso.date('must be a date such as 2028-06-30');
const seconds = z.int().min(1).max(86_400);

/** A week at most: a kept server is for a look inside, not for work. */
const keptMinutes = z.int().min(0).max(10_080);

const packageName = z.string().refine(isPackageName, 'must be the name of a package');

const environment = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean()], 'must be text or a number').transform(String),
);

const dibArguments = z.array(z.string()).superRefine((args, context) => {
  const problem = findArgumentProblem(args);
  if (problem) context.addIssue({ code: 'custom', path: [problem.index], message: problem.message });
});

const dib = z
  .strictObject({ environment: environment.default({}), arguments: dibArguments.default([]) })
  .superRefine((value, context) => {
    for (const key of Object.keys(value.environment)) {
      const path = ['environment', key];
      if (RESERVED_ENVIRONMENT.test(key)) {
        context.addIssue({ code: 'custom', path, message: `${key} is set by the build itself` });
      } else if (!ENVIRONMENT_NAME.test(key)) {
        context.addIssue({ code: 'custom', path, message: `${key} is not one of DIB's variables (DIB_…)` });
      }
    }
  });

/** Glance's limit for names and values of properties is 255 characters; our own prefix is kept free. */
const properties = z.record(
  z
    .string()
    .regex(/^[a-zA-Z0-9_:.-]{1,255}$/, 'must be letters, digits and _ : . -')
    .refine((key) => !key.startsWith('image_manager_'), 'image_manager_ is kept for our own properties'),
  z.union([z.string().max(255), z.number(), z.boolean()], 'must be text or a number').transform(String),
);

const users = z
  .array(
    z.strictObject({
      name: account,
      sudo: z.boolean().default(false),
      groups: z.array(account).default([]),
    }),
  )
  .min(1, 'needs at least one user')
  .superRefine((list, context) => {
    list.forEach((user, index) => {
      if (user.name === 'root') {
        const message = 'root exists in every image; ssh.rootLogin says whether it may log in';
        context.addIssue({ code: 'custom', path: [index, 'name'], message });
      } else if (list.findIndex((other) => other.name === user.name) < index) {
        context.addIssue({
          code: 'custom',
          path: [index, 'name'],
          message: `"${user.name}" stands here twice`,
          params: { code: 'DUPLICATE' } satisfies RuleParams,
        });
      }
    });
  });

const endOfLife = z
  .array(z.strictObject({ phase: z.enum(['supported', 'security', 'lts', 'extended']), until: date }))
  .min(1)
  .superRefine((phases, context) => {
    phases.forEach(({ until }, index) => {
      const before = phases[index - 1];
      if (before && before.until >= until) {
        const message = `must be later than ${before.until}, where the phase before ends`;
        const params: RuleParams = { code: 'PHASES_OUT_OF_ORDER', expected: before.until };
        context.addIssue({ code: 'custom', path: [index, 'until'], message, params });
      }
    });
  });

const deadlines = z
  .strictObject(Object.fromEntries(STAGE_NAMES.map((stage) => [stage, seconds.optional()])))
  .transform((given): Record<StageName, number> => {
    const set = Object.entries(given).filter(([, value]) => value !== undefined);
    return { ...DEFAULT_DEADLINES, ...(Object.fromEntries(set) as Partial<Record<StageName, number>>) };
  });

/** Schema of `distros/<id>.yaml`; what it gives back is a {@link DistroDefinition} with every default filled in. */
export const distroSchema: z.ZodType<DistroDefinition> = z.strictObject({
  id: word.max(64),
  displayName: text,
  imageName: text,
  family: z.enum(['debian', 'ubuntu']),
  release: name(/^[a-z]+$/, "the release's code name"),
  version: name(/^\d+(\.\d+)*$/, 'a version such as 12 or 24.04, in quotes'),
  architecture: z.literal('amd64').default('amd64'),
  elements: z.array(element).min(1),
  packages: z.array(packageName).default([]),
  dib: dib.prefault({}),
  diskFormat: z.enum(['qcow2', 'raw']).default('qcow2'),
  properties: properties.default({}),
  visibility: z.enum(['private', 'shared', 'community', 'public']).default('private'),
  protected: z.boolean().default(false),
  tags: z.array(text).default([]),
  members: z.array(text).default([]),
  minDiskGb: z.int().min(1).max(1024),
  minMemoryMb: z.int().min(64).max(1_048_576),
  signedArchive: z.boolean().default(true),
  users,
  ssh: z
    .strictObject({ passwordLogin: z.boolean().default(false), rootLogin: z.boolean().default(false) })
    .prefault({}),
  clouds: z.array(text).default([]),
  endOfLife,
  requiredChecks: z.array(z.enum(AGENT_CHECKS, "must be one of the agent's checks")).min(1),
  managerUnreachable: z.enum(['fail', 'warn']).default('fail'),
  keepFailedServerMinutes: keptMinutes.default(0),
  deadlines: deadlines.prefault({}),
  retention: z
    .strictObject({
      keep: z.int().min(0).max(100).default(2),
      maxAgeDays: z.int().min(1).max(3650).default(90),
    })
    .prefault({}),
});
