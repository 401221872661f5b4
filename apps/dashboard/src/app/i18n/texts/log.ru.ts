export const log = {
  text: {
    'log.title': 'Журнал',
    'log.stage': 'Показать',
    'log.stage.all': 'Все этапы',
    'log.follow': 'Следить',
    'log.follow.hint': 'Оставаться у последней строки',
    'log.empty': 'Строк пока нет',
    'log.waiting': 'Ожидание связи с сервером',
    'log.refused': 'Журнал недоступен',
    'log.line': 'Строка {line}',
    'log.stream.manager': 'менеджер',
    'log.stream.stdout': 'вывод',
    'log.stream.stderr': 'ошибки',
    'log.stream.console': 'консоль',
    'log.stream.agent': 'агент',
  },
  plural: {
    'log.lines': {
      one: '{count} строка',
      few: '{count} строки',
      many: '{count} строк',
      other: '{count} строки',
    },
    'log.new': {
      one: '{count} новая строка',
      few: '{count} новые строки',
      many: '{count} новых строк',
      other: '{count} новой строки',
    },
  },
};
