export const statistics = {
  text: {
    'statistics.title': 'Build history',
    'statistics.all': 'All',
    'statistics.empty': 'No builds yet',
    'statistics.empty.filtered': 'No build matches these filters',
    'statistics.clear': 'Clear filters',
    'statistics.previous': 'Newer builds',
    'statistics.next': 'Older builds',
    'statistics.first': 'Newest builds',
    'statistics.last': 'Oldest builds',
    'statistics.range': '{first}–{last} of {total}',
    'statistics.pageSize': 'Builds per page',
    'statistics.filters': 'Filters of the history',
    'statistics.remove': 'Remove the filter {name}: {value}',
    'statistics.empty.advice': 'Choose an image to build',
    'statistics.empty.filtered.advice': 'Remove a filter to see more.',
    'statistics.paging': 'Pages',
  },
  plural: {
    'statistics.count': { one: '{count} build', other: '{count} builds' },
  },
} as const;
