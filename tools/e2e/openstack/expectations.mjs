import assert from 'node:assert/strict';
import { expectClean } from '../expectations.mjs';
import { waitUntil } from '../scenarios.mjs';

export const NAME = 'Debian 12';
/** The definition's deadlines are the product's business; this is only so that a scenario ends. */
export const BUILD_MS = 90 * 60_000;

/**
 * At rest: one visible image bears the name, every other one of ours is retired, and nothing temporary is there.
 *
 * @returns the visible image and the hidden ones, as OpenStack's client shows them
 */
export async function expectAtRest(sandbox, client = sandbox.openstack) {
  assert.deepEqual(await client.servers(), [], 'no server is left');
  const images = await client.images();
  for (const image of images) {
    assert.equal(image.status, 'active', `image ${image.id} (${image.name}) is ${image.status}`);
    assert.doesNotMatch(image.name, /candidate/, `no candidate is left: ${image.id}`);
  }
  const visible = images.filter(({ hidden }) => !hidden);
  assert.equal(visible.length, 1, `one visible image: ${JSON.stringify(visible.map(({ name }) => name))}`);
  assert.equal(visible[0].name, NAME);
  await expectClean(sandbox);
  return { current: visible[0], hidden: images.filter(({ hidden }) => hidden) };
}

/** Waits until a stage of a build runs in a cloud. */
export function stageRuns(sandbox, id, name) {
  return waitUntil(
    `the ${name} stage`,
    async () => {
      const { status, stages, cause } = await sandbox.api.build(id);
      assert.ok(['queued', 'running'].includes(status), `it is ${status}: ${cause?.message}`);
      return stages.some(
        ({ stage, status: state, cloud }) => stage === name && cloud !== '' && state === 'running',
      );
    },
    { timeoutMs: BUILD_MS, intervalMs: 200 },
  );
}

/** @returns what Glance says of one image now, or undefined */
export async function glanceImage(token, id) {
  const response = await fetch(`http://127.0.0.1:9292/v2/images/${id}`, {
    headers: { 'x-auth-token': token },
  });
  if (response.status === 404) return undefined;
  assert.equal(response.status, 200);
  return /** @type {any} */ (await response.json());
}
