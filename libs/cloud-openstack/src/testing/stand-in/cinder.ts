import { BUILDER, type CloudState } from './cloud-state.js';
import { novaRefusal } from './refusal.js';
import { nextLink, page, type Service } from './service.js';

/** @see https://docs.openstack.org/api-ref/block-storage/v3/ */
export function cinder(state: CloudState): Service {
  return {
    prefix: `/volume/v3/${BUILDER.project.id}`,
    refuse: novaRefusal,
    routes: [
      {
        method: 'GET',
        path: /^\/volumes\/detail$/,
        handle: (exchange) => {
          const { items, more } = page(state.volumes, exchange, state.settings.pageSize);
          exchange.send(200, {
            volumes: items.map(({ id, imageId }) => ({
              id,
              status: 'available',
              size: 1,
              bootable: 'true',
              volume_image_metadata: { image_id: imageId, image_name: 'image' },
            })),
            ...nextLink('volumes', more, exchange),
          });
        },
      },
    ],
  };
}
