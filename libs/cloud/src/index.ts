export * from './cloud.js';
export * from './errors.js';
export * from './keyed-lock.js';
export * from './ownership.js';
export * from './wait-for.js';
