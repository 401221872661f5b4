import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Response } from 'express';

/** Whoever asked is gone: nobody is left to answer. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone';
}

/** A signal that fires with {@link ClientGone} when the connection of the request ends before the answer. */
export const WhileClientWaits = createParamDecorator((_data: unknown, context: ExecutionContext) => {
  const response = context.switchToHttp().getResponse<Response>();
  const controller = new AbortController();
  response.once('close', () => {
    controller.abort(new ClientGone('The client closed the connection'));
  });
  return controller.signal;
});
