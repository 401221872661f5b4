import { parseArgs } from 'node:util';

export interface Options {
  command: 'run' | 'help' | 'version';
  settingsPath?: string;
  root: string;
  stateDirectory?: string;
  serverId?: string;
  dryRun: boolean;
  connectWindowMs: number;
}

/** Exit statuses; the unit must not start the agent again after those from 2 on. */
export const EXIT = {
  done: 0,
  unexpected: 1,
  usage: 2,
  refused: 3,
  damagedSettings: 4,
  unreachable: 5,
} as const;

export const HELP = `Usage: image-manager-agent [options]

Checks the server it runs in and reports to Image Manager. It finds its settings by itself: on the config drive, in the
OpenStack metadata service, or in /run/image-manager/agent.json. In a server without settings it removes itself.

Options
  --settings FILE         take the settings from FILE (JSON, as in agent.json) and look nowhere else
  --dry-run               never power off, never remove itself, never write to the console; keep no nonce unless
                          --state-dir is given
  --root DIR              check the files in DIR instead of those in /; programs are then looked up in DIR/bin alone
  --state-dir DIR         keep the nonce in DIR (default: /run/image-manager)
  --server-id ID          what to tell the manager as this server's id (default: from the metadata)
  --connect-window SECONDS  how long to try to reach the manager (default: 180)
  --version               print the version
  --help                  print this

Exit status
  0  done: reported and told to shut down or to keep running, or removed itself
  1  an unexpected error
  2  wrong usage
  3  the manager refused this agent
  4  the settings are damaged
  5  the manager was not reached; the report is on the serial console
`;

const DEFAULT_CONNECT_WINDOW_S = 180;

/** @throws TypeError naming the argument that is wrong. */
export function parseOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      settings: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      root: { type: 'string', default: '/' },
      'state-dir': { type: 'string' },
      'server-id': { type: 'string' },
      'connect-window': { type: 'string', default: String(DEFAULT_CONNECT_WINDOW_S) },
      version: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const seconds = Number(values['connect-window']);
  if (!Number.isFinite(seconds) || seconds <= 0) {
    throw new TypeError('--connect-window must be a number of seconds above 0');
  }
  return {
    command: values.help ? 'help' : values.version ? 'version' : 'run',
    root: values.root,
    dryRun: values['dry-run'],
    connectWindowMs: seconds * 1000,
    ...(values.settings === undefined ? {} : { settingsPath: values.settings }),
    ...(values['state-dir'] === undefined ? {} : { stateDirectory: values['state-dir'] }),
    ...(values['server-id'] === undefined ? {} : { serverId: values['server-id'] }),
  };
}
