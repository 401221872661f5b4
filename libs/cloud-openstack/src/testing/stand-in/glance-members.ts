import { timestamp, type StandInImage } from './cloud-state.js';
import { Refusal } from './refusal.js';
import type { Route } from './service.js';

export function memberRoutes(existing: (id: string | undefined) => StandInImage): Route[] {
  return [
    {
      method: 'GET',
      path: /^\/v2\/images\/([^/]+)\/members$/,
      handle: (exchange, id) => {
        const image = existing(id);
        exchange.send(200, {
          members: image.members.map((member) => memberDocument(image.id, member)),
          schema: '/v2/schemas/members',
        });
      },
    },
    {
      method: 'POST',
      path: /^\/v2\/images\/([^/]+)\/members$/,
      handle: async (exchange, id) => {
        const image = existing(id);
        if (image.visibility !== 'shared') throw new Refusal(403, 'Only shared images have members.');
        const { member } = (await exchange.json()) as { member: string };
        if (image.members.includes(member)) {
          throw new Refusal(409, `Image member ${member} already exists for image ${image.id}`);
        }
        image.members.push(member);
        exchange.send(200, memberDocument(image.id, member));
      },
    },
    {
      method: 'DELETE',
      path: /^\/v2\/images\/([^/]+)\/members\/([^/]+)$/,
      handle: (exchange, id, member = '') => {
        const image = existing(id);
        if (!image.members.includes(member)) {
          throw new Refusal(404, `${member} not found in the member list of the image ${image.id}.`);
        }
        image.members = image.members.filter((entry) => entry !== member);
        exchange.send(204);
      },
    },
  ];
}

function memberDocument(imageId: string, memberId: string): object {
  const now = timestamp();
  return {
    member_id: memberId,
    image_id: imageId,
    status: 'pending',
    created_at: now,
    updated_at: now,
    schema: '/v2/schemas/member',
  };
}
