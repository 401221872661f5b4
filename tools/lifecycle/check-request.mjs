import { Refusal } from '../bootstrap/refusal.mjs';

/**
 * What the command line got wrong is said before a build exists.
 *
 * @throws Refusal with exit status 2, listing what there is
 */
export async function checkRequest(api, { distroId }) {
  const answer = await api.distros();
  const distros = Array.isArray(answer) ? answer : answer.items;
  const distro = distros.find(({ id }) => id === distroId);
  if (!distro) {
    throw new Refusal(
      `There is no image definition ${distroId}; there are: ${distros.map(({ id }) => id).join(', ')}.`,
      2,
    );
  }
  if (!distro.definition) {
    const problems = distro.problems.map(
      (problem) => `${problem.file}:${problem.line}: ${problem.field} ${problem.message}`,
    );
    throw new Refusal(`The image definition ${distroId} is broken: ${problems.join('; ')}`, 2);
  }
}
