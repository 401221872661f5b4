export * from './plan.js';
export * from './promotion.js';
export * from './retention.js';
export * from './status.js';
export * from './undo.js';
export * from './verdict.js';
