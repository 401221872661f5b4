import { parseArgs } from 'node:util';
import { Refusal } from '../bootstrap/refusal.mjs';

export const USAGE = `npm run lifecycle -- <image definition> [options]

Takes an image through its whole life cycle: build, upload, boot, test, promote, cleanup.

  --package <name>       a further package for this build; may be given several times
  --dib-argument <arg>   a further argument for disk-image-create; may be given several times
  --artifact-of <n>      take the artifact of build n instead of building anew
  --json                 log to stderr, and one JSON object as the last line of stdout
  --help                 this text

Exit status: 0 promoted, 1 failed, 2 bad arguments, 130 interrupted with Ctrl-C and cleaned up.
`;

/**
 * @param {string[]} argv
 * @returns {{ help: boolean, json: boolean, distroId: string, packages: string[], dibArguments: string[], artifactOf?: number }}
 * @throws Refusal with exit status 2
 */
export function parseArguments(argv) {
  const { values, positionals } = parse(argv);
  const request = {
    help: values.help,
    json: values.json,
    distroId: positionals[0] ?? '',
    packages: values.package,
    dibArguments: values['dib-argument'],
    ...(values['artifact-of'] === undefined ? {} : { artifactOf: buildNumber(values['artifact-of']) }),
  };
  if (!request.help && positionals.length !== 1) {
    throw refuse(positionals.length === 0 ? 'Which image definition?' : 'One image definition at a time.');
  }
  return request;
}

function parse(argv) {
  try {
    return parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        package: { type: 'string', multiple: true, default: [] },
        'dib-argument': { type: 'string', multiple: true, default: [] },
        'artifact-of': { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw refuse(error.message.split('\n')[0]);
  }
}

function buildNumber(text) {
  if (!/^[1-9]\d{0,9}$/.test(text)) throw refuse("--artifact-of takes a build's number.");
  return Number(text);
}

function refuse(message) {
  return new Refusal(`${message} (npm run lifecycle -- --help lists the options)`, 2);
}
