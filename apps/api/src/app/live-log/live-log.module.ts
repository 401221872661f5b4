import { Module } from '@nestjs/common';
import { BuilderModule } from '../builder/index.js';
import { LiveLogGateway } from './live-log.gateway.js';

@Module({ imports: [BuilderModule], providers: [LiveLogGateway] })
export class LiveLogModule {}
