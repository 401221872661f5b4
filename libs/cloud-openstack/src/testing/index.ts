export { startStandIn, type StandIn, type StandInOptions } from './stand-in/stand-in.js';
export {
  BUILDER,
  type StandInImage,
  type StandInServer,
  type StandInSettings,
} from './stand-in/cloud-state.js';
export {
  breakOff,
  delay,
  hang,
  loseAnswer,
  reset,
  respond,
  respondEarly,
  rewrite,
  stall,
  to,
  truncate,
  type Effect,
  type Fault,
} from './stand-in/faults.js';
export type { Answer, Exchange, RecordedRequest } from './stand-in/exchange.js';
