import { Global, Module } from '@nestjs/common';
import { PassportModule } from '@nestjs/passport';
import { BasicAuth } from './basic-auth.js';

@Global()
@Module({ imports: [PassportModule], providers: [BasicAuth], exports: [BasicAuth] })
export class AuthModule {}
