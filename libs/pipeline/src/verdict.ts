import type { CheckStatus } from '@image-manager/contracts';

export interface JudgedCheck {
  name: string;
  status: CheckStatus;
  reason: string;
}

export interface Verdict {
  passed: boolean;
  /** Required checks that failed, with the agent's reason. */
  failed: JudgedCheck[];
  /** Required checks that the report lacks. */
  missing: string[];
}

/** A report passes when each required check is in it and none of those failed; a skip has a reason and passes. */
export function judgeReport(checks: readonly JudgedCheck[], required: readonly string[]): Verdict {
  const failed = checks.filter(({ name, status }) => status === 'fail' && required.includes(name));
  const missing = required.filter((name) => !checks.some((check) => check.name === name));
  return { passed: failed.length === 0 && missing.length === 0, failed, missing };
}
