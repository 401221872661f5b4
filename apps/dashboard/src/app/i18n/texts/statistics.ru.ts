export const statistics = {
  text: {
    'statistics.title': 'История сборок',
    'statistics.all': 'Все',
    'statistics.empty': 'Сборок пока нет',
    'statistics.empty.filtered': 'Под эти фильтры не подходит ни одна сборка',
    'statistics.clear': 'Сбросить фильтры',
    'statistics.previous': 'Новее',
    'statistics.next': 'Старше',
    'statistics.pages': 'Страница {page} из {pages}',
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
