import type { Check, CheckStatus as WireStatus, ReportRequest } from '@image-manager/agent-contract';
import type { CheckStatus } from '@image-manager/contracts';
import type { CheckResult, CheckRun } from './checks/run-checks.js';

const WIRE_STATUS: Record<CheckStatus, WireStatus> = {
  pass: 'CHECK_STATUS_PASS',
  fail: 'CHECK_STATUS_FAIL',
  warn: 'CHECK_STATUS_WARN',
  skip: 'CHECK_STATUS_SKIP',
};

export function toWire(result: CheckResult): Check {
  return { ...result, status: WIRE_STATUS[result.status] };
}

export function toReport(
  run: CheckRun,
  { nonce, kernelRelease }: { nonce: string; kernelRelease: string },
): ReportRequest {
  return {
    nonce,
    checks: run.results.map(toWire),
    packages: run.packages,
    timing: run.timing ?? null,
    kernelRelease,
  };
}

/** A finished check as a line of the log. */
export function describe({ name, status, reason, figure, unit, durationMs }: CheckResult): string {
  const measured = figure === '' ? '' : ` [${`${figure} ${unit}`.trim()}]`;
  return `${status.padEnd(4)} ${name}${measured}: ${reason} (${durationMs} ms)`;
}
