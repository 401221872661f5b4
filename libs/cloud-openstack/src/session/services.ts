/** The services we use: their names for people, and the types under which catalogs list them. */
export const SERVICES = {
  image: { title: 'Glance', types: ['image'], major: 2 },
  compute: { title: 'Nova', types: ['compute'], major: 2 },
  network: { title: 'Neutron', types: ['network'], major: 2 },
  volume: { title: 'Cinder', types: ['block-storage', 'volumev3', 'block-store', 'volume'], major: 3 },
} as const;
export type ServiceName = keyof typeof SERVICES;
