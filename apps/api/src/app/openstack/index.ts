export { Clouds } from './clouds.js';
export { ImageDto } from './clouds.dto.js';
export { ImageViews } from './image-views.service.js';
export { OpenstackModule } from './openstack.module.js';
