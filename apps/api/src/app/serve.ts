import { BuildsService, DistrosService } from './builder/index.js';
import { AppConfig } from './config/index.js';
import { createApp } from './create-app.js';
import { removeServerFile, writeServerFile } from './server-file.js';
import { endOnSignals } from './shutdown.js';

/**
 * Starts the API and serves until a signal ends the process.
 *
 * @param builds ids of definitions to queue a build of at once.
 * @throws StorageInUseError, ConfigurationError, and what the system says of addresses and files.
 */
export async function serve(builds: string[]): Promise<void> {
  const { app, release } = await createApp();
  const config = app.get(AppConfig);
  await app.init();
  for (const distroId of builds) app.get(DistrosService).registered(distroId);
  const serverFile = config.inStorage('server.json');
  endOnSignals(app, () => {
    removeServerFile(serverFile);
    release();
  });
  await app.startAllMicroservices();
  await app.listen(config.http.port, config.http.host);
  const url = await app.getUrl();
  await writeServerFile(serverFile, url);
  process.stdout.write(`Image Manager serves ${url}\n`);
  for (const distroId of builds) {
    const { id } = await app.get(BuildsService).create({ distroId });
    process.stdout.write(`Build ${id} of ${distroId} is queued: ${url}/builds/${id}\n`);
  }
}
