export * from './checks.js';
export * from './control-sequences.js';
export * from './distro.js';
export * from './life-cycle.js';
export * from './live.js';
export * from './problem.js';
export * from './rest.js';
