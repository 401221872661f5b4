// The entry files import this one alone, and its syntax is old on purpose: an old Node must get as far as printing the
// line below instead of failing to parse something newer.

var MINIMUM = 20;

/**
 * Runs a command's module, unless this Node or this machine cannot.
 *
 * @param {string} module path of the module, relative to this file; it exports `main(argv)`, which gives the exit status
 */
export function run(module) {
  if (parseInt(process.versions.node, 10) < MINIMUM) {
    console.error(
      'Image Manager needs Node ' +
        MINIMUM +
        ' or newer and this is ' +
        process.version +
        ': install a newer one from https://nodejs.org.',
    );
    process.exit(1);
  }
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    console.error(
      'Image Manager runs on Linux amd64 and this is ' + process.platform + ' ' + process.arch + '.',
    );
    process.exit(1);
  }
  import(module)
    .then(function (command) {
      return command.main(process.argv.slice(2));
    })
    .then(
      function (status) {
        process.exit(status);
      },
      function (error) {
        // A Refusal is meant for people; anything else is a defect of ours and keeps its stack.
        console.error(error && error.name === 'Refusal' ? error.message : error);
        process.exit((error && error.exitStatus) || 1);
      },
    );
}
