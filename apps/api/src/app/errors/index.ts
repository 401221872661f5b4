export { ClientGone, WhileClientWaits } from './client-gone.js';
export { DomainError } from './domain-error.js';
export { databaseTroubleOf, hostTroubleOf, type HostTrouble } from './host-trouble.js';
export { ApiProblems, ProblemDto } from './problem.dto.js';
export { ProblemFilter, sendProblem } from './problem.filter.js';
export { validationPipe } from './validation.pipe.js';
