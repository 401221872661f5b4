import { ServerInterceptingCall, type ServerInterceptor } from '@grpc/grpc-js';

/**
 * Tells of calls that end without an answer of ours: those that gRPC refuses before anybody is asked (a message over its
 * limit, one that cannot be decoded), and those whose caller hung up. The two look alike from here.
 *
 * @param note is given the method's name.
 */
export function noteUnanswered(note: (call: string) => void): ServerInterceptor {
  return (method, call) => {
    let isAnswered = false;
    return new ServerInterceptingCall(call, {
      start: (next) => {
        next({
          onCancel: () => {
            if (!isAnswered) note(method.path.slice(method.path.lastIndexOf('/') + 1));
          },
        });
      },
      sendStatus: (status, next) => {
        isAnswered = true;
        next(status);
      },
    });
  };
}
