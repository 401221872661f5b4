export const log = {
  text: {
    'log.title': 'Log',
    'log.stage': 'Show',
    'log.stage.all': 'All stages',
    'log.follow': 'Follow',
    'log.follow.hint': 'Stay at the newest line',
    'log.empty': 'No lines yet',
    'log.waiting': 'Waiting for the live connection',
    'log.refused': 'The log is not available',
    'log.line': 'Line {line}',
    'log.stream.manager': 'manager',
    'log.stream.stdout': 'output',
    'log.stream.stderr': 'error',
    'log.stream.console': 'console',
    'log.stream.agent': 'agent',
  },
  plural: {
    'log.lines': { one: '{count} line', other: '{count} lines' },
    'log.new': { one: '{count} new line', other: '{count} new lines' },
  },
} as const;
