export const statistics = {
  text: {
    'statistics.title': 'История сборок',
    'statistics.all': 'Все',
    'statistics.empty': 'Сборок пока нет',
    'statistics.empty.filtered': 'Под эти фильтры не подходит ни одна сборка',
    'statistics.clear': 'Сбросить фильтры',
    'statistics.previous': 'Более новые сборки',
    'statistics.next': 'Более старые сборки',
    'statistics.first': 'Самые новые сборки',
    'statistics.last': 'Самые старые сборки',
    'statistics.range': '{first}–{last} из {total}',
    'statistics.pageSize': 'Сборок на странице',
    'statistics.filters': 'Фильтры истории',
    'statistics.remove': 'Убрать фильтр «{name}: {value}»',
    'statistics.empty.advice': 'Выбрать образ для сборки',
    'statistics.empty.filtered.advice': 'Уберите один из фильтров, чтобы увидеть больше.',
    'statistics.paging': 'Страницы',
  },
  plural: {
    'statistics.count': {
      one: '{count} сборка',
      few: '{count} сборки',
      many: '{count} сборок',
      other: '{count} сборки',
    },
  },
};
