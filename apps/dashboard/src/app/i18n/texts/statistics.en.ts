export const statistics = {
  text: {
    'statistics.title': 'Build history',
    'statistics.all': 'All',
    'statistics.empty': 'No builds yet',
    'statistics.empty.filtered': 'No build matches these filters',
    'statistics.clear': 'Clear filters',
    'statistics.previous': 'Newer',
    'statistics.next': 'Older',
    'statistics.pages': 'Page {page} of {pages}',
    'statistics.paging': 'Pages',
  },
  plural: {
    'statistics.count': { one: '{count} build', other: '{count} builds' },
  },
} as const;
