/**
 * Sums up the closing lines of jest (`Tests: 1 failed, 1 skipped, 2 passed, 4 total`), of node's runner (`# pass 2`, `# fail 1`)
 * and of the walks (`2 passed, 1 failed`).
 *
 * @param {string} log
 * @returns {{ passed: number, failed: number }}
 */
export function countTests(log) {
  // Colours and Nx's prefixes stand around them.
  const plain = log.replace(/\u001b\[[0-9;]*m/g, '');
  const sum = (...patterns) =>
    patterns
      .flatMap((pattern) => [...plain.matchAll(pattern)])
      .reduce((total, match) => total + Number(match[1]), 0);
  return {
    passed: sum(/Tests:.*?(\d+) passed/g, /(?:#|ℹ) pass (\d+)/g, /^(\d+) passed, \d+ failed$/gm),
    failed: sum(/Tests:.*?(\d+) failed/g, /(?:#|ℹ) fail (\d+)/g, /^\d+ passed, (\d+) failed$/gm),
  };
}
