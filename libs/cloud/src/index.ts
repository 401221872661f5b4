export * from './cloud.js';
export * from './errors.js';
export * from './ownership.js';
export * from './wait-for.js';
