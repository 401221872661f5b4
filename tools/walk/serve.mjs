import { createInstallation, SLOW_DISTRO } from './installation.mjs';

/** The dashboard of a made-up installation, for people who look at it, until Ctrl-C. */
export async function serve({ port, fresh, longLines, clouds }, say) {
  const { sandbox, history } = await createInstallation({
    httpPort: port,
    // It guards nothing, and a person types it again after each start.
    password: 'walkthrough',
    fresh,
    longLines,
    clouds,
  });
  await sandbox.startServer();
  const { url, credentials } = sandbox;
  say(`${url}  user ${credentials.username}, password ${credentials.password}`);
  if (history) {
    const live = await sandbox.api.createBuild({ distroId: SLOW_DISTRO });
    const { total, shown } = history;
    say(`${total} builds; to be looked at:`);
    for (const [what, id] of Object.entries({ ...shown, live: live.id }))
      say(`  ${what.padEnd(12)} ${url}/builds/${id}`);
    say(`A build of ${SLOW_DISTRO} takes minutes and prints all the while, one of debian-12 takes seconds.`);
  }
  say('Ctrl-C ends it and removes everything.');
  // The sandbox ends the process.
  await new Promise(() => setInterval(() => undefined, 60_000));
}
