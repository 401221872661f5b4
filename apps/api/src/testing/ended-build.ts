import { isFinal, type BuildView } from '@image-manager/contracts';
import { nextLook } from './next-look.js';
import type { TestApp } from './test-app.js';

/** A build that ended: Ubuntu's needs a keyring that this test does not give it, so its preflight refuses. */
export async function endedBuild(api: TestApp): Promise<BuildView> {
  const { id } = (await (await api.post('/api/builds', { distroId: 'ubuntu-24.04' })).json()) as BuildView;
  for (const begin = performance.now(); ;) {
    const build = (await (await api.request(`/api/builds/${id}`)).json()) as BuildView;
    if (isFinal(build.status)) return build;
    await nextLook(begin);
  }
}
