import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { NestFactory } from '@nestjs/core';
import { openApiDocument } from './app/openapi.js';

// Prints the API's OpenAPI document and starts nothing: in preview no provider is instantiated.
// The configuration is read all the same; what it must have may be anything.
process.env['HTTP_PASSWORD'] ??= 'not used at all';
const { AppModule } = await import('./app/app.module.js');
const app = await NestFactory.create(AppModule, { preview: true, logger: false, abortOnError: false });
app.setGlobalPrefix('api');
writeFileSync(process.stdout.fd, JSON.stringify(openApiDocument(app, 'any')));
