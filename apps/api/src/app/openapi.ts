import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';

/** What the API says of itself; the dashboard's types and client are made from it. */
export function openApiDocument(app: INestApplication, version: string): OpenAPIObject {
  const description = new DocumentBuilder()
    .setTitle('Image Manager')
    .setDescription(
      'Builds, tests, promotes and retires cloud images. Errors are RFC 9457 problem documents; quote their requestId.',
    )
    .setVersion(version)
    .addBasicAuth()
    .addSecurityRequirements('basic')
    .build();
  return SwaggerModule.createDocument(app, description, { operationIdFactory });
}

/** `builds` and `list` of BuildsController's list(): names of functions, for clients that are generated. */
function operationIdFactory(controller: string, method: string): string {
  const subject = controller.replace(/Controller$/, '');
  return `${subject.charAt(0).toLowerCase()}${subject.slice(1)}${method.charAt(0).toUpperCase()}${method.slice(1)}`;
}
